// Style that a machine can check (docs/design.md says why).
import * as fs from 'fs'
import * as path from 'path'
import * as ts from 'typescript'

const root = path.resolve(__dirname, '..')
const src = path.join(root, 'src')

/** What each folder of src may import: the table of docs/design.md. What has no folder may import all of them. */
const FOLDERS: Readonly<Record<string, ReadonlyArray<string>>> = {
  core: ['core'],
  shell: ['core', 'shell'],
  data: ['core', 'shell', 'data', 'io-ts'],
  stores: ['core', 'shell', 'data', 'stores', 'io-ts'],
  watch: ['core', 'shell', 'watch'],
  http: ['core', 'shell', 'stores', 'http'],
  replay: ['core', 'shell', 'data', 'replay', 'io-ts'],
  cli: [
    'core',
    'data',
    'replay',
    'cli',
    'commander',
    'io-ts',
    'io-ts/PathReporter',
    'node:fs',
    'node:path',
    'node:stream',
    'node:zlib'
  ]
}
const folders = Object.keys(FOLDERS)

const files = fs.readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const fileOf = Object.fromEntries(files.map((file) => [path.basename(file, '.ts'), file.replace(/\\/g, '/')]))
const modules = Object.keys(fileOf).sort()
const folderOf = (module: string): string => path.dirname(fileOf[module] ?? '').replace('.', '')

/** The modules that say what the machine does: the core, and what is built on it without a cell of its own. */
const PURE = [
  ...modules.filter((module) => folderOf(module) === 'core'),
  ...['CircuitOpenError', 'Classifier', 'Given', 'Health', 'Keyed', 'Notice', 'Outcome', 'StateName']
]
/** The modules that are no entry point of the package and have no page in docs/modules, and index.ts. */
const { exclude } = JSON.parse(fs.readFileSync(path.join(root, 'docs-ts.json'), 'utf8')) as {
  readonly exclude: ReadonlyArray<string>
}
const INTERNAL = exclude.map((file) => path.basename(file, '.ts'))
/** The only modules that may hold a value that changes. */
const CELLS = [
  'Action', // gives a function of its own its type
  'AsyncCircuitBreaker',
  'Body', // holds the reader of a stream
  'Cell',
  'CircuitBreaker',
  'CircuitOpenError', // lifts a limit for a moment
  'Clock',
  'Door', // collects the items of a list
  'Fetch', // gives a function the methods of another
  'Log',
  'Fold', // counts an event many times
  'Join', // gives a session what a fleet does for it
  'Member',
  'Metrics',
  'Names',
  'OpenTelemetry',
  'Outbox',
  'RedisCell',
  'PostgresCell',
  'Subscriptions',
  'Reporter',
  'Registry',
  'Replica',
  'Session',
  'Store',
  'Table', // sorts a copy
  'Tally',
  'Timers',
  'RecoveryPolicy', // gives a function of its own its data
  'TripStrategy', // the same
  'Window', // writes to the copy of a page that it has just made
  'Cli',
  'CsvLog',
  'Figures', // sorts copies
  'Flights',
  'Incidents',
  'Input',
  'Inquiry',
  'Lane',
  'LogReader',
  'Playback',
  'Player',
  'Record',
  'Scenario',
  'Shadow',
  'Sorter',
  'SpanLog',
  'Tape',
  'Timeline',
  'Trace',
  'Trial',
  'testing'
]

const parse = (module: string) =>
  ts.createSourceFile(
    module,
    fs.readFileSync(path.join(src, fileOf[module] ?? ''), 'utf8'),
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

/** The modules of src that each module imports, types included. */
const IMPORTS = new Map(
  modules.map((module) => [
    module,
    imports(parse(module)).flatMap(({ from }) => (from.startsWith('.') ? [path.basename(from)] : []))
  ])
)

/** All modules that lead out of this one, its imports and theirs. */
const reachedFrom = (module: string, seen = new Set<string>()): ReadonlySet<string> => {
  for (const imported of IMPORTS.get(module) ?? []) if (!seen.has(imported)) reachedFrom(imported, seen.add(imported))
  return seen
}

describe('the folders of src', () => {
  it('are those of the table', () => {
    expect([...new Set(modules.map(folderOf))].filter((folder) => folder !== '').sort()).toEqual([...folders].sort())
  })

  it.each(folders)('%s imports only what the table allows, types included', (folder) => {
    const arrows = modules
      .filter((module) => folderOf(module) === folder)
      .flatMap((module) => imports(parse(module)).map((found) => ({ module, ...found })))
      .filter(({ from, typeOnly }) =>
        from.startsWith('.')
          ? !FOLDERS[folder]?.includes(folderOf(path.basename(from)))
          : !FOLDERS[folder]?.includes(from) && !(typeOnly && from.startsWith('fp-ts/'))
      )
    expect(arrows.map(({ module, from }) => `${module} imports ${from}`)).toEqual([])
  })

  it('give every module a name of its own, since entry points have flat names', () => {
    expect(modules).toHaveLength(files.length)
  })
})

describe.each(PURE)('%s', (module) => {
  const nodes = nodesOf(parse(module))

  it('is built on pure modules only', () => {
    const found = imports(parse(module)).filter(({ from, typeOnly }) => !typeOnly && from.startsWith('.'))
    expect(found.map(({ from }) => path.basename(from)).filter((imported) => !PURE.includes(imported))).toEqual([])
  })

  it('knows no clock, no chance, no promise and no exception', () => {
    const FORBIDDEN = ['Date', 'performance', 'random', 'Promise', 'setTimeout', 'process', 'console', 'globalThis']
    const isPure = ({ parent }: ts.Node) => parent.getText() === 'Date.parse' // of a whole date, with its time zone
    expect(
      nodes
        .filter(ts.isIdentifier)
        .filter((node) => FORBIDDEN.includes(node.text) && !isPure(node))
        .map(({ text }) => text)
    ).toEqual([])
    const isAllowed = (node: ts.Node) =>
      (module === 'Config' && node.getText() === 'throw made.left') || // `from`
      (module === 'Given' && node.getText() === 'throw new InvalidSettings(undefined, problems)') // `check`
    expect(
      nodes.filter(
        (node) => (ts.isThrowStatement(node) && !isAllowed(node)) || node.kind === ts.SyntaxKind.AsyncKeyword
      )
    ).toEqual([])
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

  it('is on no circle of imports', () => {
    expect(reachedFrom(module).has(module)).toBe(false)
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
      (name) => /[a-z]Ms$|[mM]illis|[mM]inutes/.test(name) && !/^(fromMilliseconds|nowMilliseconds)$/.test(name)
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
    const entry = (module: string) => {
      const file = fileOf[module]?.replace(/\.ts$/, '') ?? ''
      return {
        types: `./lib/${file}.d.ts`,
        node: `./lib/${file}.js`,
        module: `./es6/${file}.mjs`,
        default: `./lib/${file}.js`
      }
    }
    expect(manifest.exports).toEqual({
      '.': entry('index'),
      ...Object.fromEntries(named.map((module) => [`./${module}`, entry(module)])),
      // The types of fast-check differ for ES modules.
      './testing': {
        import: {
          types: './lib/testing.d.mts',
          node: './lib/testing.mjs',
          module: './es6/testing.mjs',
          default: './lib/testing.mjs'
        },
        ...entry('testing')
      },
      './package.json': './package.json'
    })
    expect(manifest.typesVersions).toEqual({
      '*': Object.fromEntries(named.map((module) => [module, [entry(module).types]]))
    })
  })

  it('has fp-ts and io-ts as peers, fast-check as an optional one, and no dependency', () => {
    expect(Object.keys(manifest.peerDependencies)).toEqual(['fast-check', 'fp-ts', 'io-ts'])
    expect(manifest.peerDependenciesMeta).toEqual({ 'fast-check': { optional: true } })
    expect(manifest.dependencies).toBeUndefined()
  })
})
