// Style that a machine can check (docs/design.md says why).
import * as fs from 'fs'
import * as path from 'path'
import * as ts from 'typescript'

const root = path.resolve(__dirname, '..')
const modules = fs.readdirSync(path.join(root, 'src')).map((file) => path.basename(file, '.ts'))

/** What each module imports at run time: the table of docs/design.md. */
const SHELL = ['Event', 'Session', 'State']
const IMPORTS: Readonly<Record<string, ReadonlyArray<string>>> = {
  AsyncCircuitBreaker: SHELL,
  BreakerSettings: ['Clock', 'Rule', 'SettingRule', 'Shape'],
  CircuitBreaker: SHELL,
  CircuitOpenError: ['Problem'],
  Classifier: ['Outcome'],
  Clock: [],
  Codec: ['Config', 'Problem', 'Shape', 'io-ts'],
  Config: ['InvalidSettings', 'Problem', 'Rule', 'SettingRule'],
  Counts: [],
  Event: [],
  Fallback: ['CircuitOpenError'],
  Hash: [],
  InvalidSettings: ['Problem'],
  Keyed: ['Counts', 'Hash', 'Reducer', 'State', 'Trie'],
  Metrics: ['Clock', 'State'],
  Notice: ['Reducer'],
  Outbox: ['Problem', 'State'],
  Outcome: [],
  Problem: [],
  Recovery: ['Counts', 'RecoveryPolicy', 'State'],
  RecoveryPolicy: ['Hash'],
  Redux: ['Event', 'Problem', 'Reducer', 'Shape', 'State'],
  Reducer: ['Counts', 'Event', 'Recovery', 'State', 'TripStrategy', 'Window'],
  Rule: ['Problem'],
  Registry: [
    'AsyncCircuitBreaker',
    'BreakerSettings',
    'CircuitBreaker',
    'Config',
    'Keyed',
    'Problem',
    'Rule',
    'Session',
    'Setup'
  ],
  Session: [
    'CircuitOpenError',
    'Classifier',
    'Event',
    'Notice',
    'Outcome',
    'Problem',
    'Reducer',
    'Setup',
    'Shape',
    'State',
    'Store'
  ],
  Setup: ['BreakerSettings', 'Config', 'Outbox', 'State'],
  SettingRule: ['Counts', 'Problem', 'RecoveryPolicy', 'Rule', 'Window'],
  Shape: ['Rule', 'State', 'Window'],
  Snapshot: ['Problem', 'Rule', 'Shape', 'State'],
  State: ['Counts'],
  Store: ['Reducer', 'State'],
  Trie: [],
  TripStrategy: ['Counts'],
  Window: ['Counts'],
  index: [],
  testing: ['Config', 'Counts', 'Event', 'RecoveryPolicy', 'Reducer', 'Shape', 'State', 'Window', 'fast-check']
}
/** The modules that say what the machine does. */
const PURE = [
  'CircuitOpenError',
  'Classifier',
  'Config',
  'Counts',
  'Event',
  'Hash',
  'InvalidSettings',
  'Keyed',
  'Notice',
  'Outcome',
  'Problem',
  'Recovery',
  'RecoveryPolicy',
  'Reducer',
  'Redux',
  'Rule',
  'SettingRule',
  'Shape',
  'Snapshot',
  'State',
  'Trie',
  'TripStrategy',
  'Window'
]
/** The modules that are no entry point of the package and have no page in docs/modules, and index.ts. */
const { exclude } = JSON.parse(fs.readFileSync(path.join(root, 'docs-ts.json'), 'utf8')) as {
  readonly exclude: ReadonlyArray<string>
}
const INTERNAL = exclude.map((file) => path.basename(file, '.ts'))
/** The only modules that may hold a value that changes. */
const CELLS = [
  'AsyncCircuitBreaker',
  'CircuitBreaker',
  'Clock',
  'Hash',
  'Metrics',
  'Outbox',
  'Registry',
  'Rule',
  'Session',
  'Setup',
  'Store',
  'testing'
]

const parse = (module: string) =>
  ts.createSourceFile(
    module,
    fs.readFileSync(path.join(root, 'src', `${module}.ts`), 'utf8'),
    ts.ScriptTarget.Latest,
    true
  )

const nodesOf = (node: ts.Node): ReadonlyArray<ts.Node> => {
  const children: Array<ts.Node> = []
  node.forEachChild((child) => void children.push(child))
  return [node, ...children.flatMap(nodesOf)]
}

const imports = (source: ts.SourceFile) =>
  source.statements.filter(ts.isImportDeclaration).map((statement) => ({
    from: (statement.moduleSpecifier as ts.StringLiteral).text,
    typeOnly: statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
  }))

describe.each(PURE)('%s', (module) => {
  const nodes = nodesOf(parse(module))

  it('is built on pure modules only', () => {
    expect(IMPORTS[module]?.filter((imported) => !PURE.includes(imported))).toEqual([])
  })

  it('knows no clock, no chance, no promise and no exception', () => {
    const FORBIDDEN = ['Date', 'performance', 'random', 'Promise', 'setTimeout', 'process', 'console', 'globalThis']
    expect(nodes.filter(ts.isIdentifier).filter(({ text }) => FORBIDDEN.includes(text))).toEqual([])
    expect(nodes.filter((node) => ts.isThrowStatement(node) || node.kind === ts.SyntaxKind.AsyncKeyword)).toEqual([])
  })
})

describe.each(modules.filter((module) => !CELLS.includes(module)))('%s', (module) => {
  it('changes no value', () => {
    const MUTATORS = ['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'assign']
    const mutations = nodesOf(parse(module)).filter(
      (node) =>
        (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.Const)) ||
        ts.isDeleteExpression(node) ||
        ts.isPostfixUnaryExpression(node) ||
        (ts.isPrefixUnaryExpression(node) && /^(\+\+|--)/.test(node.getText())) ||
        (ts.isPropertyAccessExpression(node) && MUTATORS.includes(node.name.text)) ||
        (ts.isBinaryExpression(node) &&
          node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
          node.operatorToken.kind <= ts.SyntaxKind.LastAssignment &&
          !ts.isIdentifier(node.left))
    )
    expect(mutations.map((node) => node.getText())).toEqual([])
  })
})

describe.each(modules)('%s', (module) => {
  const source = parse(module)

  it('opens with a sentence that says what it is for, and since when it is there', () => {
    const header = /^\/\*\*\n \* ([A-Z][^\n]*)[\s\S]*? \* @since \d+\.\d+\.\d+\n \*\/\n/.exec(source.text)
    expect(header).not.toBeNull()
  })

  it('imports at run time what the design says, and nothing else', () => {
    const found = imports(source).flatMap(({ from, typeOnly }) => (typeOnly ? [] : [from.replace('./', '')]))
    expect(found.sort()).toEqual(IMPORTS[module])
  })

  it('gives every property that holds a time a name that ends in Seconds', () => {
    const names = nodesOf(source)
      .filter((node) => ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node))
      .map(({ name }) => name.getText())
    expect(names.filter((name) => /(At|After|Since|Until|Timeout|Deadline|Duration|Delay|Age)$/.test(name))).toEqual([])
  })

  it('writes every time in seconds', () => {
    const names = nodesOf(source)
      .filter(ts.isIdentifier)
      .map(({ text }) => text)
    const others = names.filter(
      (name) => /[a-z]Ms$|[mM]illis|[mM]inutes/.test(name) && !/^fromMilliseconds$/.test(name)
    )
    expect(others.filter((name) => module !== 'Clock' || name !== 'milliseconds')).toEqual([])
  })

  it('leaves nothing to do', () => {
    expect(source.text).not.toMatch(/TODO|FIXME|XXX|HACK/)
  })
})

describe('index', () => {
  it('re-exports, and holds no code', () => {
    expect(parse('index').statements.every(ts.isExportDeclaration)).toBe(true)
  })
})

describe('package.json', () => {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>
    readonly typesVersions: Readonly<Record<string, Readonly<Record<string, ReadonlyArray<string>>>>>
    readonly peerDependencies: Readonly<Record<string, string>>
    readonly peerDependenciesMeta: unknown
    readonly dependencies?: unknown
  }
  const named = modules.filter((module) => !INTERNAL.includes(module))

  it('exports every module but the internal ones, for every kind of consumer', () => {
    const entry = (module: string) => ({
      types: `./lib/${module}.d.ts`,
      node: `./lib/${module}.js`,
      module: `./es6/${module}.mjs`,
      default: `./lib/${module}.js`
    })
    expect(manifest.exports).toEqual({
      '.': entry('index'),
      ...Object.fromEntries(named.map((module) => [`./${module}`, entry(module)])),
      './package.json': './package.json'
    })
    expect(manifest.typesVersions).toEqual({
      '*': Object.fromEntries(named.map((module) => [module, [`./lib/${module}.d.ts`]]))
    })
  })

  it('has fp-ts and io-ts as peers, fast-check as an optional one, and no dependency', () => {
    expect(Object.keys(manifest.peerDependencies)).toEqual(['fast-check', 'fp-ts', 'io-ts'])
    expect(manifest.peerDependenciesMeta).toEqual({ 'fast-check': { optional: true } })
    expect(manifest.dependencies).toBeUndefined()
  })
})
