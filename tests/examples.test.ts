/**
 * Type-checks and runs what the documentation shows: every `@example` of src and every ```ts block of README.md, docs
 * and docs/guides (docs/modules is generated from src). Each block stands alone, in a file in tests/.examples.
 *
 * A block has node's `assert` unless it imports one. It starts asynchronous code with `void program()` at its top level,
 * and the test awaits that. What it prints has to be what its comments `// => ...` say, line by line.
 */
import * as fs from 'fs'
import * as path from 'path'
import * as ts from 'typescript'
import { format } from 'util'

interface Block {
  readonly name: string
  readonly code: string
}

const root = path.resolve(__dirname, '..')
const out = path.join(__dirname, '.examples')

const filesOf = (folder: string, extension: string): ReadonlyArray<string> =>
  fs.existsSync(path.join(root, folder))
    ? fs
        .readdirSync(path.join(root, folder))
        .filter((name) => name.endsWith(extension))
        .map((name) => path.join(root, folder, name))
    : []

const sources = ['', 'core', 'shell', 'data', 'stores', 'watch', 'http', 'replay'].flatMap((folder) =>
  filesOf(`src/${folder}`, '.ts')
)
const documents = [...filesOf('.', 'README.md'), ...filesOf('docs', '.md'), ...filesOf('docs/guides', '.md')]

const nameOf = (node: ts.Node): ReadonlyArray<string> => {
  if (ts.isSourceFile(node)) return []
  const names = ts.isVariableStatement(node) ? node.declarationList.declarations : [node as ts.NamedDeclaration]
  return [...nameOf(node.parent), ...names.flatMap(({ name }) => (name === undefined ? [] : [name.getText()]))]
}

const blocksOfSource = (file: string): ReadonlyArray<Block> => {
  // The children of a node include its doc comments, and those of a doc comment its tags.
  const blocksIn = (node: ts.Node): ReadonlyArray<Block> =>
    ts.isJSDocUnknownTag(node) && node.tagName.text === 'example'
      ? [
          {
            name: [path.basename(file), nameOf(node.parent.parent).join('.')].join(' ').trim(),
            code: ts.getTextOfJSDocComment(node.comment) ?? ''
          }
        ]
      : node.getChildren().flatMap(blocksIn)
  return blocksIn(ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true))
}

const blocksOfDocument = (file: string): ReadonlyArray<Block> =>
  [...fs.readFileSync(file, 'utf8').matchAll(/^( *)```(?:ts|typescript)\b[^\n]*\n(.*?)^ *```$/gms)].map(
    ([, indent = '', code = ''], i) => ({
      name: `${path.relative(root, file)} ${i + 1}`,
      code: code.replace(new RegExp(`^${indent}`, 'gm'), '')
    })
  )

const examples = [...sources.flatMap(blocksOfSource), ...documents.flatMap(blocksOfDocument)].map(
  ({ name, code }, i) => ({
    name,
    output: Array.from(code.matchAll(/\/\/ => (.*)$/gm), ([, line]) => line),
    file: path.join(out, `${i}-${name.replace(/\W+/g, '-')}.ts`), // numbered: `Open` and `open` may be one file to the disk
    code: [
      ...(/^import .*\bassert\b/m.test(code) ? [] : ["import assert from 'node:assert'"]),
      'export const __promises: Array<unknown> = []',
      code.replace(/^void /gm, '__promises[__promises.length] = ')
    ].join('\n')
  })
)

fs.rmSync(out, { recursive: true, force: true })
fs.mkdirSync(out)
examples.forEach(({ file, code }) => fs.writeFileSync(file, code))

const tsconfig = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file))
const { options } = ts.parseJsonConfigFileContent(tsconfig.config, ts.sys, root)
const program = ts.createProgram([...sources, ...examples.map(({ file }) => file)], {
  ...options,
  types: ['node'],
  noUnusedLocals: false
})
const checker = program.getTypeChecker()
const parsed = (file: string) => program.getSourceFile(file) as ts.SourceFile

const errorsIn = (file: string): string =>
  ts.formatDiagnostics(ts.getPreEmitDiagnostics(program, parsed(file)), {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n'
  })

// Calls whose promise is dropped without `void`: nothing could await them.
const floatingIn = (file: string): ReadonlyArray<string> =>
  parsed(file)
    .statements.flatMap((s) => (ts.isExpressionStatement(s) && ts.isCallExpression(s.expression) ? [s.expression] : []))
    .filter((call) => checker.getTypeAtLocation(call).getProperty('then') !== undefined)
    .map((call) => `void is missing before ${call.getText()}`)

const missingTags = (file: string): ReadonlyArray<string> => {
  const module = checker.getSymbolAtLocation(parsed(file))
  return (module === undefined ? [] : checker.getExportsOfModule(module)).flatMap(({ name, declarations = [] }) =>
    declarations.flatMap((declaration) => {
      const isType = ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)
      const tags = ts.getJSDocTags(declaration).map(({ tagName }) => tagName.text)
      return [...(isType ? [] : ['example']), 'category', 'since']
        .filter((tag) => !tags.includes('internal') && !tags.includes(tag))
        .map((tag) => `${path.basename(file)} ${name}: @${tag}`)
    })
  )
}

describe('examples', () => {
  const log = jest.spyOn(console, 'log').mockImplementation()
  beforeEach(() => log.mockClear())
  afterAll(() => log.mockRestore())

  it.each(examples)('$name', async ({ file, output }) => {
    expect(errorsIn(file)).toBe('')
    expect(floatingIn(file)).toEqual([])
    await Promise.all(jest.requireActual<{ readonly __promises: ReadonlyArray<unknown> }>(file).__promises)
    expect(log.mock.calls.map((printed) => format(...printed))).toEqual(output)
    await new Promise(setImmediate) // what was rejected and never awaited fails this test, by jest's own watch
  })

  it('README.md has some', () => expect(examples.map(({ name }) => name)).toContain('README.md 1'))

  it('no public export lacks its tags', () =>
    expect(sources.filter((file) => path.basename(file) !== 'index.ts').flatMap(missingTags)).toEqual([]))
})
