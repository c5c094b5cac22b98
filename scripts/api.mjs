// The public types of the package, one file for each module that can be reached from an entry point: what TypeScript emits
// for it, without comments, internals and private members. `node scripts/api.mjs` (npm run api) writes them to tests/api;
// with --check it writes nothing, prints how they differ from what is there, and fails. A folder may be given instead.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

import * as prettier from 'prettier'
import ts from 'typescript'

const ROOT = join(import.meta.dirname, '..')
const args = process.argv.slice(2)
const folder = resolve(args.find((arg) => !arg.startsWith('--')) ?? join(ROOT, 'tests', 'api'))
process.chdir(ROOT)

const fail = (message) => {
  console.error(message)
  process.exit(1)
}

// -------------------------------------------------------------------------------------
// declarations
// -------------------------------------------------------------------------------------

const emitted = () => {
  const { config } = ts.readConfigFile('tsconfig.build.json', ts.sys.readFile)
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  const program = ts.createProgram(fileNames, { ...options, removeComments: true, declarationMap: false })
  const texts = new Map()
  const { diagnostics } = program.emit(undefined, (file, text) => {
    texts.set(
      resolve(file)
        .replace(join(ROOT, 'lib'), 'src')
        .replace(/\.d\.ts$/, '.ts'),
      text
    )
  })
  if (diagnostics.length > 0) fail(ts.formatDiagnostics(diagnostics, ts.createCompilerHost(options)))
  return texts
}

const parse = (text) => ts.createSourceFile('module.d.ts', text, ts.ScriptTarget.Latest, true)

const importsOf = (file, text) => {
  const found = []
  const visit = (node) => {
    if (ts.isStringLiteral(node) && node.text.startsWith('.')) found.push(`${join(dirname(file), node.text)}.ts`)
    node.forEachChild(visit)
  }
  visit(parse(text))
  return found
}

// What an entry point says may stand in a module that is none.
const reached = (texts) => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
  const queue = Object.values(exports).flatMap(
    ({ types }) => types?.replace('./lib', 'src').replace('.d.ts', '.ts') ?? []
  )
  const seen = new Set()
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue
    if (!texts.has(file)) fail(`${file}: an entry point of package.json, or an import of one, that there is not`)
    seen.add(file)
    queue.push(...importsOf(file, texts.get(file)))
  }
  return [...seen].sort()
}

const publicText = (text) =>
  parse(text)
    .statements.filter(ts.isClassDeclaration)
    .flatMap(({ members }) => [...members])
    .filter((member) => ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private)
    .reduceRight((rest, { pos, end }) => rest.slice(0, pos) + rest.slice(end), text)

const snapshot = async () => {
  const texts = emitted()
  const style = { ...(await prettier.resolveConfig('src/index.ts')), parser: 'typescript' }
  const files = reached(texts).map(async (file) => [
    `${basename(file, '.ts')}.d.ts`,
    await prettier.format(`// ${file}\n${publicText(texts.get(file))}`, style)
  ])
  return new Map(await Promise.all(files))
}

// -------------------------------------------------------------------------------------
// commands
// -------------------------------------------------------------------------------------

const write = (files, to) => {
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  for (const [name, text] of files) writeFileSync(join(to, name), text)
}

const differences = (files) => {
  const fresh = mkdtempSync(join(tmpdir(), 'breaker-ts-api-'))
  try {
    write(files, join(fresh, 'api'))
    const options = ['--no-index', '--no-color', '--no-ext-diff', '--unified=2']
    execFileSync('git', ['diff', ...options, folder, join(fresh, 'api')], { encoding: 'utf8' })
    return ''
  } catch ({ stdout, message }) {
    return (stdout || message).replaceAll(fresh, '').replaceAll(folder, '/tests/api')
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

const files = await snapshot()
if (args.includes('--check')) {
  const found = differences(files)
  if (found !== '')
    fail(`${found}
The public types are not those of tests/api (-): this is what src says now (+). Where you mean it, run \`npm run api\`, and
say in CHANGELOG.md what changes for users: a line that goes or changes may break their code.`)
  console.log(`api: the types of ${files.size} modules are as in tests/api`)
} else {
  const before = new Set(readdirSync(dirname(folder)).includes(basename(folder)) ? readdirSync(folder) : [])
  write(files, folder)
  const added = [...files.keys()].filter((name) => !before.has(name))
  console.log(`api: the types of ${files.size} modules written${added.length > 0 ? `, new: ${added.join(' ')}` : ''}`)
}
