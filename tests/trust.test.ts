// What the project says of itself where no compiler looks: SECURITY.md, the workflows, llms.txt, and the code that guides quote.
import { AsyncCircuitBreaker, CircuitBreaker, clock, config, Registry, store } from 'breaker-ts'
import { Settings } from 'breaker-ts/Codec'
import { protectFetch } from 'breaker-ts/Fetch'
import type { LogRecord } from 'breaker-ts/Log'
import { logTo } from 'breaker-ts/Log'
import { observe } from 'breaker-ts/Metrics'
import { from } from 'breaker-ts/Snapshot'
import { spawnSync } from 'child_process'
import { either as E } from 'fp-ts'
import * as fs from 'fs'
import * as path from 'path'
import * as ts from 'typescript'

const root = path.resolve(__dirname, '..')
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8')
const exists = (file: string) => fs.existsSync(path.join(root, file))
const node = (script: string, args: ReadonlyArray<string> = [], env: NodeJS.ProcessEnv = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'scripts', script), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env }
  })
  return { status, said: stdout + stderr }
}

const manifest = JSON.parse(read('package.json')) as {
  readonly version: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly files: ReadonlyArray<string>
  readonly scripts: Readonly<Record<string, string>>
}
const guides = fs.readdirSync(path.join(root, 'docs/guides')).map((file) => `docs/guides/${file}`)
const linksIn = (text: string) => [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to]) => String(to))

describe('llms.txt', () => {
  const text = read('llms.txt')

  it('is what the docs say today: npm run llms writes it', () => {
    expect(node('llms.mjs', ['--check']).said).toBe('llms.txt is up to date\n')
  })

  it('names every entry point and every guide, and has no dead link', () => {
    const links = linksIn(text)
    expect(links.filter((link) => !exists(link))).toEqual([])
    expect(links).toEqual(expect.arrayContaining(guides))
    const entries = Object.keys(manifest.exports).filter((entry) => /^\.\/\w+$/.test(entry))
    expect(entries.filter((entry) => !text.includes(`[breaker-ts/${entry.slice(2)}]`))).toEqual([])
  })

  it('opens as llmstxt.org asks: a title, a summary, then sections of links', () => {
    expect(text).toMatch(/^# breaker-ts\n\n> .+\n\n/)
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
      'Start here',
      'Guides',
      'Modules',
      'Optional'
    ])
  })

  it('is in the package, and so is SECURITY.md', () => {
    expect(manifest.files).toEqual(expect.arrayContaining(['llms.txt', 'SECURITY.md']))
  })
})

describe('the code that guides quote from tools', () => {
  const pages = ['README.md', ...guides, 'docs/runtimes.md'].filter(exists)
  const quotes = pages.flatMap((page) =>
    [...read(page).matchAll(/^<!-- (tools\/\S+) -->\n+```(\w+)\n(.*?)^```$/gms)].map(([, file, language, code]) => ({
      page,
      file: String(file),
      language,
      code
    }))
  )

  it.each(quotes)('$page quotes $file as it is', ({ file, language, code }) => {
    expect(code).toBe(read(file))
    expect(file.endsWith(`.${language}`)).toBe(true)
  })

  it('are all recipes that npm run recipes runs', () => {
    const recipes = fs.readdirSync(path.join(root, 'tools/recipes')).filter((file) => file.endsWith('.mts'))
    expect(quotes.map(({ file }) => file).sort()).toEqual(
      expect.arrayContaining(recipes.map((file) => `tools/recipes/${file}`))
    )
    const runs = read('tools/recipes/main.mjs')
    expect(recipes.filter((file) => file !== 'payments.mts' && !runs.includes(`'${file.slice(0, -4)}'`))).toEqual([])
  })

  it('leave no comment that names a file without its code below', () => {
    const comments = pages.flatMap((page) => [...read(page).matchAll(/<!-- (tools\/\S+) -->/g)])
    expect(comments).toHaveLength(quotes.length)
  })
})

describe('the table of docs/runtimes.md', () => {
  it('has the runtimes that npm run runtimes installs, in their versions, and no failure', () => {
    const { dependencies, optionalDependencies } = JSON.parse(read('tools/runtimes/package.json')) as {
      readonly dependencies: Readonly<Record<'bun' | 'deno' | 'workerd', string>>
      readonly optionalDependencies: Readonly<Record<string, string>>
    }
    const nodes = new Set(Object.values(optionalDependencies).map((spec) => spec.replace(/^.*@/, 'Node ')))
    const date = dependencies.workerd.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*$/, '$1-$2-$3') // as it says of itself
    const table = read('docs/runtimes.md').split('<!-- end -->')[0] ?? ''
    const rows = [...table.matchAll(/^\| (\w+ \d\S+) +\|/gm)].map(([, name]) => name)
    expect(rows).toEqual([...nodes, `Deno ${dependencies.deno}`, `Bun ${dependencies.bun}`, `workerd ${date}`])
    expect(table).not.toMatch(/failed/)
  })

  it('covers Node from the oldest version that package.json allows', () => {
    const { engines } = JSON.parse(read('package.json')) as { readonly engines: { readonly node: string } }
    expect(engines.node).toBe('>=20')
    expect(read('docs/runtimes.md')).toMatch(/^\| Node 20\./m)
  })
})

describe('the workflows', () => {
  const files = fs.readdirSync(path.join(root, '.github/workflows')).map((file) => `.github/workflows/${file}`)
  const runs = (file: string) => [...read(file).matchAll(/^ +- run: (.+)$/gm)].map(([, command]) => String(command))

  it('are the checks and the release', () => {
    expect(files).toEqual(['.github/workflows/check.yml', '.github/workflows/release.yml'])
  })

  it.each(files)('%s pins every action by its full commit, and names the release', (file) => {
    const uses = [...read(file).matchAll(/^.*\buses:(.*)$/gm)].map(([, action]) => String(action))
    expect(uses.length).toBeGreaterThan(0)
    expect(uses.filter((action) => !/^ [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([])
  })

  it.each(files)('%s may read the contents, and nothing else, unless a job says so', (file) => {
    expect(read(file)).toMatch(/^permissions:\n {2}contents: read\n\n/m)
    expect(read(file)).not.toMatch(/pull_request_target|write-all|secrets\./)
    expect(read(file).match(/persist-credentials: false/g)).toHaveLength(
      read(file).match(/actions\/checkout@/g)?.length ?? 0
    )
  })

  it.each(files)('%s says that it has not run', (file) => {
    expect(read(file)).toMatch(/^# This has not run/m)
  })

  it.each(files)('%s runs what the README says of a fresh clone, and what .ci/run runs', (file) => {
    expect(read('README.md')).toContain('npm ci && npm test')
    expect(read('.ci/run')).toContain('npm test --silent -- --all')
    expect(runs(file)).toEqual(expect.arrayContaining(['npm ci', 'npm test -- --all']))
  })

  it.each(files)('%s installs the programs that .ci/run needs', (file) => {
    const [, list = ''] = /^for needed in (.+); do$/m.exec(read('.ci/run')) ?? []
    const packages = list.split(' ').map((needed) => String(needed.split(':')[1]))
    expect(packages).toContain('chromium') // GitHub's machines have one, and as a package of Ubuntu it is none of Debian's
    expect(read(file)).toMatch(/^ +CHROMIUM: /m)
    const installed = runs(file).join()
    expect(packages.filter((name) => name !== 'chromium' && !installed.includes(` ${name}`))).toEqual([])
  })

  it.each(files)('%s calls only scripts that package.json has', (file) => {
    const called = runs(file).flatMap((command) => [...command.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name))
    expect(called.filter((name) => !(String(name) in manifest.scripts))).toEqual([])
  })

  it('let only the job that publishes sign, after the checks, without tests and install scripts', () => {
    const [checks, publish] = read('.github/workflows/release.yml').split('\n  publish:\n') as [string, string]
    expect(checks).not.toContain('id-token')
    expect(read('.github/workflows/check.yml')).not.toContain('id-token')
    expect(publish).toMatch(/^ {4}needs: check$/m)
    expect(publish).toMatch(/permissions:\n {6}contents: read\n {6}id-token: write/)
    expect([...publish.matchAll(/^ +- run: (.+)$/gm)].map(([, command]) => command)).toEqual([
      'npm ci --ignore-scripts',
      'npm run release-check',
      'npm publish --provenance --access public'
    ])
  })

  it('refuse a tag that is not the version, and a package that does not name its repository', () => {
    const { status, said } = node('release-check.mjs', [], { GITHUB_REF_NAME: 'v9.9.9', GITHUB_REPOSITORY: 'a/b' })
    expect(status).toBe(1)
    expect(said).toContain(`given v9.9.9, expected v${manifest.version}`)
    expect(said).toContain('repository of package.json')
  })
})

describe('the commands that install packages of their own', () => {
  it('are scripts that .ci/run calls, each with a lock', () => {
    const long = [...read('scripts/check.mjs').matchAll(/command: 'npm run --silent ([\w:-]+)', count/g)].map(
      ([, name]) => String(name)
    )
    expect(long).toEqual(expect.arrayContaining(['recipes', 'runtimes']))
    expect(long.filter((name) => !(name in manifest.scripts))).toEqual([])
    const packages = Object.values(manifest.scripts).flatMap((script) =>
      [...script.matchAll(/npm --prefix (\S+) ci/g)].map(([, folder]) => String(folder))
    )
    expect(packages.filter((folder) => !exists(`${folder}/package-lock.json`))).toEqual([])
  })
})

describe('SECURITY.md', () => {
  const text = read('SECURITY.md')
  const time = () => clock.manual()

  it('says how to report, which versions are supported, and who can do what; and has no dead link', () => {
    const titles = [...text.matchAll(/^##+ (.+)$/gm)].map(([, title]) => title)
    expect(titles).toEqual(
      expect.arrayContaining([
        'Report a vulnerability',
        'What it never does',
        'Whoever chooses keys',
        'Whoever controls error objects and results',
        'Whoever writes to a store that processes share: Redis'
      ])
    )
    expect(text).toContain(`| ${manifest.version.replace(/\.\d+$/, '')} `)
    expect(linksIn(text).filter((link) => !exists(link))).toEqual([])
  })

  const sources = fs
    .readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\\/g, '/'))
  // Of a member, such as EVAL of a client of Redis.
  const isName = ({ parent, text }: ts.Identifier) =>
    'name' in parent && (parent.name as ts.Identifier).text === text && !ts.isVariableDeclaration(parent)
  const identifiersIn = (file: string) => {
    const found: Array<string> = []
    const visit = (child: ts.Node): void => {
      if (ts.isIdentifier(child) && !isName(child)) found.push(child.text)
      if (ts.isImportDeclaration(child)) found.push(`import ${(child.moduleSpecifier as ts.StringLiteral).text}`)
      child.forEachChild(visit)
    }
    visit(ts.createSourceFile(file, read(`src/${file}`), ts.ScriptTarget.Latest, true))
    return found
  }
  const uses = (files: ReadonlyArray<string>, forbidden: RegExp) =>
    files.flatMap((file) => identifiersIn(file).flatMap((name) => (forbidden.test(name) ? [`${file}: ${name}`] : [])))

  it('is right that nothing evaluates code, reads files or the environment, or opens a connection', () => {
    const FORBIDDEN =
      /^(eval|Function|process|require|XMLHttpRequest|WebSocket|import (node:.*|fs|net|http|child_process))$/
    expect(
      uses(
        sources.filter((file) => !file.startsWith('cli/')),
        FORBIDDEN
      )
    ).toEqual([])
  })

  it('is right that breakers have no timers', () => {
    const withoutTimers = sources.filter((file) => !/^(stores|cli)\//.test(file))
    expect(uses(withoutTimers, /^(setTimeout|setInterval|setImmediate|queueMicrotask)$/)).toEqual([])
  })

  it('is right that a registry holds no more than maxKeys, and takes any text for a key', () => {
    const hosts = new Registry({ name: 'hosts', failureThreshold: 1, maxKeys: 10 })
    const keys = ['__proto__', 'constructor', 'toString', '', 'a\nb', ...Array.from({ length: 100 }, (_, i) => `${i}`)]
    for (const key of keys) {
      hosts.forSync(key).recordFailure()
      expect(hosts.forSync(key).state()).toBe('open')
    }
    expect(hosts.entries()).toHaveLength(10)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it.each([
    '999999999999',
    '9'.repeat(400),
    '1e309',
    'Infinity',
    '-5',
    '0x10',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    'soon',
    '\t7\t'
  ])('is right that a service which answers with Retry-After: %j is left alone for an hour at most', async (asked) => {
    const hosts = new Registry({ name: 'hosts', failureThreshold: 1, recoveryTimeoutSeconds: 60, clock: time().clock })
    const answer = async () => new Response(null, { status: 503, headers: { 'retry-after': asked } })
    await protectFetch(answer as typeof fetch, hosts)('https://a.example/')
    expect(hosts.for('a.example').current().retryAfterSeconds).toBeGreaterThanOrEqual(60)
    expect(hosts.for('a.example').current().retryAfterSeconds).toBeLessThanOrEqual(3600)
    expect(hosts.for('b.example').current().circuitState).toBe('closed')
  })

  it('is right that hostile errors are failures, come back as they are, and leave no probe in flight', async () => {
    const throws = (): never => {
      throw new Error('a getter that throws')
    }
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const cyclic: { cause?: unknown } = {}
    cyclic.cause = cyclic
    const deep = Array.from({ length: 10_000 }).reduce<unknown>((cause) => ({ cause }), { name: 'AbortError' })
    const errors = [
      Object.defineProperty({}, 'name', { get: throws }),
      Object.defineProperty(new Error('x'), 'cause', { get: throws }),
      revoked.proxy,
      cyclic,
      deep,
      null,
      undefined
    ]
    for (const error of errors) {
      const clocked = time()
      const breaker = new AsyncCircuitBreaker({ name: 'x', failureThreshold: 1, clock: clocked.clock })
      const fails = () =>
        breaker
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it may be anything
          .run(() => Promise.reject(error))
          .then(
            () => 'no error',
            (reason: unknown) => reason === error
          )
      expect(await fails()).toBe(true)
      clocked.advance(60)
      expect(await fails()).toBe(true) // as a probe
      expect(await breaker.state()).toBe('open')
    }
  })

  it('is right that states, snapshots and metrics hold no error, and a log record 500 characters of one', () => {
    const records: Array<LogRecord> = []
    const { observer, metrics } = observe()
    const settings = { name: 'x', failureThreshold: 1, observer: [observer, logTo((record) => records.push(record))] }
    const breaker = new CircuitBreaker(settings)
    const secret = 'https://user:secret@a.example/'
    const fail = () => {
      throw new Error(secret + '.'.repeat(10_000))
    }
    expect(() => breaker.call(fail)).toThrow(secret)
    expect(breaker.state()).toBe('open')
    expect(JSON.stringify([breaker.current(), breaker.snapshot(), metrics()])).not.toContain('secret')
    expect(records[0]?.error).toHaveLength(500)
  })

  it('is right that a restored circuit never waits longer than its settings allow', () => {
    const settings = { name: 'x', failureThreshold: 1 }
    const first = new CircuitBreaker(settings)
    first.recordFailure()
    const honest = first.snapshot()
    const saved = { ...honest, state: { ...honest.state, retryAtSeconds: 1e12 } }
    const second = new CircuitBreaker({ ...settings, clock: time().clock, restore: from(saved) })
    expect(second.state()).toBe('open')
    expect(second.current().retryAfterSeconds).toBeLessThanOrEqual(3600)
  })

  it('is right that settings from JSON refuse functions, unknown names and __proto__', () => {
    const hostile = [
      JSON.parse('{"name":"x","__proto__":{"failureThreshold":1}}'),
      { name: 'x', classify: () => undefined },
      { name: 'x', failureTreshold: 1 },
      { name: 'x', window: { _tag: 'CountWindow', size: 1e9 }, trip: { _tag: 'FailureCount', failures: 1 } },
      {
        name: 'x',
        window: { _tag: 'TimeWindow', seconds: 1, slices: 1e9 },
        trip: { _tag: 'FailureCount', failures: 1 }
      }
    ] as ReadonlyArray<unknown>
    for (const settings of hostile) expect(E.isLeft(Settings.decode(settings))).toBe(true)
  })

  it('is right that a store which has lost its state rejects calls, and that this is reported', () => {
    let isLost = false
    const inner = store.inMemory(config.from({ name: 'x' }))
    const reports: Array<string> = []
    const breaker = new CircuitBreaker({
      name: 'x',
      store: {
        getState: () => (isLost ? (undefined as never) : inner.getState()),
        dispatch: (event, now) => inner.dispatch(event, now)
      },
      report: (message) => reports.push(message)
    })
    isLost = true
    expect(E.isLeft(breaker.call(() => 1))).toBe(true)
    expect(reports.join()).toContain('the store has lost its state')
  })
})
