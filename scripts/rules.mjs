// Breaks each rule of the machine on purpose, one at a time, in a copy of the project, and shows which test notices.
// Fails when a broken rule goes unnoticed. `npm run rules WORD` breaks only the rules whose line has that word.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

// The rule, the module, and the text that is replaced to break it.
const RULES = [
  // documented contract
  ['the lifecycle names are closed, open and half_open', 'State', "HALF_OPEN: 'half_open'", "HALF_OPEN: 'half-open'"],
  ['CircuitOpenError is an Error', 'CircuitOpenError', '{ value: Error.prototype }', '{ value: {} }'],
  [
    'CircuitOpenError carries the name of the breaker',
    'Session',
    'new CircuitOpenError(this.config.name,',
    "new CircuitOpenError('',"
  ],
  ['CircuitOpenError has the documented message', 'CircuitOpenError', "' is OPEN`", "' is open`"],
  [
    'a rejection captures no stack',
    'CircuitOpenError',
    'const Frameless = function () {} as unknown as new () => Error',
    'const Frameless = Error'
  ],
  ['failureThreshold is 5 by default', 'Config', 'fallback: 5', 'fallback: 6'],
  ['recoveryTimeoutSeconds is 60 by default', 'Config', 'fallback: 60', 'fallback: 61'],
  ['halfOpenMaxProbes is 1 by default', 'Config', 'fallback: 1 }', 'fallback: 2 }'],
  [
    'the clock is monotonic by default',
    'Clock',
    'performance.now() / 1000',
    '0 * performance.now() + Date.now() / 1000'
  ],
  [
    'a threshold of 0 is refused',
    'Config',
    'Number.isInteger(given) && (given as number) > 0',
    'Number.isInteger(given) && (given as number) >= 0'
  ],
  ['a threshold of 1.5 is refused', 'Config', 'Number.isInteger(given)', 'Number.isFinite(given)'],
  [
    'a negative recovery timeout is refused',
    'Config',
    'Number.isFinite(given) && (given as number) >= 0',
    'Number.isFinite(given)'
  ],
  [
    'NaN and Infinity are refused',
    'Config',
    'Number.isFinite(given) && (given as number) >= 0',
    "typeof given === 'number' && !(given < 0)"
  ],
  ['an empty name is refused', 'Config', " && given !== ''", ''],
  [
    'every wrong setting is named',
    'Config',
    'refuse(nameIn(fields), [...wrong, ...unknown])',
    'refuse(nameIn(fields), [...wrong, ...unknown].slice(0, 1))'
  ],
  [
    'the value given is named',
    'Problem',
    "`${path === '' ? '' : `${path}: `}given ${given}, expected ${rule}`",
    '`${path}: expected ${rule}`'
  ],
  ['a misspelt setting is refused', 'Config', 'wrong.length + unknown.length > 0', 'wrong.length > 0'],
  [
    'a rejected call does not run',
    'CircuitBreaker',
    "if (admission._tag === 'Left') return admission\n    let result",
    "if (admission._tag === 'Left') return void fn(...args), admission\n    let result"
  ],
  [
    'call passes arguments through',
    'AsyncCircuitBreaker',
    'Promise.resolve(fn(...args))',
    'Promise.resolve((fn as () => Promise<A>)())'
  ],
  ['a success resets the failure count', 'Reducer', 'closed(state.generation, countSuccess(state.counts))', 'state'],
  ['a failure is counted', 'Counts', 'counts.failures + 1', 'counts.failures'],
  [
    'the circuit opens at the threshold',
    'Reducer',
    'counts.failures >= config.failureThreshold',
    'counts.failures > config.failureThreshold'
  ],
  [
    'reading the state changes nothing',
    'Session',
    'return () => circuitState(at(this.store.getState(), this.clock()))',
    "return () => {\n this.dispatch({ _tag: 'FailureRecorded' })\n return circuitState(at(this.store.getState(), this.clock()))\n }"
  ],
  [
    'state() is the state as of now',
    'Session',
    'circuitState(at(this.store.getState(), this.clock()))',
    'circuitState(this.store.getState())'
  ],
  [
    'isOpen() is true only when OPEN',
    'CircuitBreaker',
    'this.session.state() === CircuitState.OPEN',
    'this.session.state() !== CircuitState.CLOSED'
  ],
  [
    'a breaker has a state of its own',
    'Session',
    'inMemory(this.config)',
    '((globalThis as { s?: Store }).s ??= inMemory(this.config))'
  ],
  // state
  [
    'a state survives JSON',
    'Reducer',
    'Math.min(now + config.recoveryTimeoutSeconds, Number.MAX_VALUE)',
    'now + config.recoveryTimeoutSeconds'
  ],
  [
    'opening raises the generation',
    'Reducer',
    '? openedAt(config, state.generation + 1, now)',
    '? openedAt(config, state.generation, now)'
  ],
  [
    'HALF_OPEN raises the generation',
    'Reducer',
    'halfOpen(state.generation + 1, [], 0)',
    'halfOpen(state.generation, [], 0)'
  ],
  [
    'closing raises the generation',
    'Reducer',
    "case 'SuccessRecorded':\n      return closed(state.generation + 1, empty)",
    "case 'SuccessRecorded':\n      return closed(state.generation, empty)"
  ],
  [
    'counting does not raise the generation',
    'Reducer',
    ': closed(state.generation, counts)',
    ': closed(state.generation + 1, counts)'
  ],
  // rule 0
  ['the boundary of the timeout is included', 'Reducer', 'remaining > 0 &&', 'remaining >= 0 &&'],
  ['the timeout is waited for', 'Reducer', 'remaining > 0 &&', 'remaining > 1 &&'],
  [
    'a clock that goes back does not lengthen a wait by more than a second',
    'Reducer',
    ' && remaining - period <= 1',
    ''
  ],
  ['a second back is taken for rounding', 'Reducer', 'period <= 1 ?', 'period <= 0 ?'],
  ['time alone is never stored', 'Reducer', 'return next === current ? state : next', 'return next'],
  ['a time that is no finite number is refused', 'Reducer', '!Number.isFinite(now) || ', ''],
  // rule 1
  [
    'a reset forgets calls in flight',
    'Reducer',
    "case 'Reset':\n      return closed(state.generation + 1, empty)",
    "case 'Reset':\n      return closed(state.generation, empty)"
  ],
  [
    'a reset forgets failures',
    'Reducer',
    "case 'Reset':\n      return closed(state.generation + 1, empty)",
    "case 'Reset':\n      return closed(state.generation + 1, state._tag === 'Closed' ? state.counts : empty)"
  ],
  [
    'a reset needs no time',
    'Reducer',
    'if (byHand !== undefined) return byHand',
    'if (byHand !== undefined) return Number.isFinite(now) ? byHand : state'
  ],
  [
    'an isolated circuit rejects',
    'Reducer',
    "{ _tag: 'Left', left: { reason: 'isolated' } }",
    "{ _tag: 'Right', right: callPermit(current.generation) }"
  ],
  [
    'a disabled breaker permits',
    'Reducer',
    "      case 'Disabled':\n        return { _tag: 'Right', right: callPermit(current.generation) }",
    "      case 'Disabled':\n        return { _tag: 'Left', left: { reason: 'isolated' } }"
  ],
  [
    'a fallback runs for a rejection only',
    'Fallback',
    "result._tag === 'Left' && isCircuitOpenError(result.left)",
    "result._tag === 'Left'"
  ],
  [
    'isolating twice is isolating once',
    'Reducer',
    "state._tag === 'Isolated' ? state : isolated(",
    "state._tag === 'Open' ? state : isolated("
  ],
  [
    'only an isolation can be ended',
    'Reducer',
    "state._tag === 'Isolated' ? closed(state.generation + 1, empty) : state",
    'closed(state.generation + 1, empty)'
  ],
  [
    'disabling twice is disabling once',
    'Reducer',
    "state._tag === 'Disabled' ? state : disabled(",
    "state._tag === 'Open' ? state : disabled("
  ],
  [
    'only a disabled breaker can be enabled',
    'Reducer',
    "state._tag === 'Disabled' ? closed(state.generation + 1, empty) : state",
    'closed(state.generation + 1, empty)'
  ],
  ['an isolated circuit reads OPEN', 'State', "    case 'Open':\n    case 'Isolated':\n", "    case 'Open':\n"],
  [
    'results from before an isolation are ignored',
    'Reducer',
    'isolated(state.generation + 1)',
    'isolated(state.generation)'
  ],
  [
    'results from before disabling are ignored',
    'Reducer',
    'disabled(state.generation + 1)',
    'disabled(state.generation)'
  ],
  // rule 2
  [
    'an outcome whose permit is not live changes nothing',
    'Reducer',
    " || ('permit' in event && !isLive(state, event.permit))",
    ''
  ],
  ['an outcome of another generation changes nothing', 'Reducer', 'permit.generation === state.generation &&', ''],
  [
    'an outcome of a probe that is not in flight changes nothing',
    'Reducer',
    "state._tag === 'HalfOpen' && has(state, permit.probe)",
    "state._tag === 'HalfOpen'"
  ],
  [
    'the permit of a probe counts nothing in CLOSED',
    'Reducer',
    "state._tag === 'Closed' ? permit.probe === null :",
    "state._tag === 'Closed' ? true :"
  ],
  // rule 3
  [
    'a failure in HALF_OPEN opens',
    'Reducer',
    "case 'Failed':\n    case 'FailureRecorded':\n      return openedAt(config, state.generation + 1, now)",
    "case 'Failed':\n    case 'FailureRecorded':\n      return state"
  ],
  [
    'a recorded success closes a HALF_OPEN circuit',
    'Reducer',
    "case 'SuccessRecorded':\n      return closed(state.generation + 1, empty)",
    "case 'SuccessRecorded':\n      return state"
  ],
  [
    'a recorded failure restarts the timeout of an OPEN circuit',
    'Reducer',
    "if (event._tag !== 'FailureRecorded') return state",
    'if (now >= 0 || now < 0) return state'
  ],
  [
    'a restarted timeout is no new generation',
    'Reducer',
    'const restarted = openedAt(config, state.generation, now)',
    'const restarted = openedAt(config, state.generation + 1, now)'
  ],
  [
    'a recorded success changes nothing while OPEN',
    'Reducer',
    "if (event._tag !== 'FailureRecorded') return state",
    "if (event._tag === 'SuccessRecorded') return closed(state.generation + 1, empty)\n  if (event._tag !== 'FailureRecorded') return state"
  ],
  [
    'at most halfOpenMaxProbes probes are in flight',
    'Reducer',
    'state.probes.length < config.halfOpenMaxProbes',
    'state.probes.length <= config.halfOpenMaxProbes'
  ],
  ['an id that is in flight is not admitted again', 'Reducer', ' && !has(state, probe)', ''],
  [
    'a probe that succeeds frees its room',
    'Reducer',
    'const probes = without(state.probes, event.permit.probe)',
    'const probes = state.probes'
  ],
  [
    'a success does not close while a sibling is being tried',
    'Reducer',
    'probes.length === 0 || successes >= config.halfOpenMaxProbes',
    'probes.length >= 0 || successes >= config.halfOpenMaxProbes'
  ],
  [
    'the halfOpenMaxProbes-th success closes',
    'Reducer',
    'probes.length === 0 || successes >= config.halfOpenMaxProbes',
    'probes.length === 0'
  ],
  [
    'successes of HALF_OPEN are counted',
    'Reducer',
    'const successes = state.successes + 1',
    'const successes = state.successes'
  ],
  [
    'a released probe frees its room',
    'Reducer',
    "case 'Released':\n      return halfOpen(state.generation, without(state.probes, event.permit.probe), state.successes)",
    "case 'Released':\n      return state"
  ],
  ['a released probe frees only its own room', 'Reducer', 'probes.filter(({ id }) => id !== probe)', 'probes.slice(1)'],
  ['the same reference comes back in CLOSED', 'Reducer', 'return isHealthy(state) ? state : closed(', 'return closed('],
  [
    'the same reference comes back in OPEN',
    'Reducer',
    'restarted.openedAtSeconds === state.openedAtSeconds && restarted.retryAtSeconds === state.retryAtSeconds',
    'state === restarted'
  ],
  [
    'the restarted timeout counts even where only its start differs',
    'Reducer',
    'restarted.openedAtSeconds === state.openedAtSeconds && restarted.retryAtSeconds === state.retryAtSeconds',
    'restarted.retryAtSeconds === state.retryAtSeconds'
  ],
  // permit
  [
    'a rejection says how long to wait',
    'Reducer',
    'retryAfterSeconds: current.retryAtSeconds - now',
    'retryAfterSeconds: current.retryAtSeconds'
  ],
  [
    'a rejection says why',
    'Reducer',
    "reason: 'half_open', retryAfterSeconds: 0",
    "reason: 'open', retryAfterSeconds: 0"
  ],
  [
    'a probe that did not get in does not run',
    'Session',
    'if (isLive(after, decision.right)) return decision',
    'return decision'
  ],
  // outcomes
  ['a Left is a failure', 'Outcome', "result._tag === 'Right' ? 'success' :", "result._tag !== null ? 'success' :"],
  ['a cancellation counts as nothing', 'Outcome', "=== 'AbortError' ? 'neutral'", "=== 'AbortError' ? 'failure'"],
  ['only an AbortError is a cancellation', 'Outcome', "?.name === 'AbortError' ?", "?.name !== 'Error' ?"],
  // shells
  ['an exception is counted (sync)', 'CircuitBreaker', 'this.session.settle(permit, ofThrown(thrown))', ''],
  ['a rejected promise is counted', 'AsyncCircuitBreaker', 'session.settle(permit, ofThrown(reason))', ''],
  [
    'a rejected promise rejects with the same reason',
    'AsyncCircuitBreaker',
    'throw reason',
    'throw new Error(String(reason))'
  ],
  [
    'call is lazy',
    'AsyncCircuitBreaker',
    'return start(fn, args).then<Either<E, A>>(fulfilled, rejected)\n    }',
    'return start(fn, args).then<Either<E, A>>(fulfilled, rejected)\n    }\n  readonly lazyCall = this.call\n' +
      '  eager = (this.call = ((fn: () => Promise<Either<unknown, unknown>>, ...args: []) => {\n' +
      '    const running = this.lazyCall(fn, ...args)()\n    return () => running\n  }) as never)'
  ],
  [
    'a probe asks and is admitted at the same time',
    'Session',
    'this.dispatch(admitted(probe), now)',
    'this.dispatch(admitted(probe))'
  ],
  [
    'a listener that asks again gets an id of its own',
    'Session',
    '    this.nextProbe = probeAfter(probe)\n    this.dispatch(admitted(probe), now)',
    '    this.dispatch(admitted(probe), now)\n    this.nextProbe = probeAfter(probe)'
  ],
  [
    'a probe that did not get in is told why',
    'Session',
    "if (again._tag === 'Left') return this.reject(again.left)",
    "if (again._tag === 'Left') return this.reject({ reason: 'half_open', retryAfterSeconds: 0 })"
  ],
  ['a store reads', 'Session', 'isState((given as Store).getState()) &&', ''],
  ['a store dispatches', 'Session', " && typeof (given as Store).dispatch === 'function'", ''],
  [
    'a clock that gives no finite number is refused',
    'Session',
    'isTrue(() => Number.isFinite((given as Clock)()))',
    "typeof given === 'function'"
  ],
  [
    'an end counts once, also from within a listener',
    'Session',
    'ended = true\n        this.settle(admission.right, outcome)',
    'this.settle(admission.right, outcome)\n        ended = true'
  ],
  ['only the first end of an acquired call counts', 'Session', 'if (ended) return', ''],
  ['a listener that throws changes no result', 'Session', 'console.error(', 'throw error\n      console.error('],
  [
    'a healthy call reads no clock',
    'Session',
    "if (outcome === 'success' && isHealthy(this.store.getState())) return",
    ''
  ],
  // codecs
  [
    'an array whose length is none is refused',
    'Codec',
    'isArray(u) ? lengthOf(u) : undefined',
    "isArray(u) ? Number(readOwn(u, 'length')) : undefined"
  ],
  ['a stored state with equal probe ids is refused', 'Codec', '.size === probes.length', '.size <= probes.length'],
  [
    'a stored deadline before its start is refused',
    'Codec',
    'retryAtSeconds >= openedAtSeconds',
    'retryAtSeconds >= -Infinity'
  ],
  ['a getter that throws does not get through', 'Problem', 'return UNREADABLE', "throw new Error('boom')"],
  [
    'an inherited property does not get in',
    'Problem',
    'Object.prototype.hasOwnProperty.call(input, key)',
    'key in input'
  ]
]

const SLOW = ['demo', 'examples', 'types', 'tidy']

const copy = () => {
  const folder = mkdtempSync(join(tmpdir(), 'breaker-rules-'))
  for (const name of ['src', 'tests', 'package.json', 'tsconfig.json', 'jest.config.js'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

const failing = (folder, suites) => {
  const report = join(folder, 'report.json')
  rmSync(report, { force: true })
  const { error } = spawnSync('npx', ['jest', '--json', `--outputFile=${report}`, ...suites], {
    cwd: folder,
    timeout: 120_000
  })
  if (error?.code === 'ETIMEDOUT') return ['the tests do not end'] // the broken rule makes one of them run for ever
  return JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ name, message, assertionResults }) => {
    const file = name.replace(/.*\/tests\//, '').replace('.test.ts', '')
    const titles = assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `${file}: ${fullName}`)
    if (titles.length === 0 && message !== '') throw new Error(`${file} does not run: ${message}`)
    return titles
  })
}

const word = process.argv[2] ?? ''
const chosen = RULES.filter((line) => line.join(' ').includes(word))
for (const [rule, module, find] of RULES)
  if (readFileSync(join(root, 'src', `${module}.ts`), 'utf8').split(find).length !== 2)
    throw new Error(`${rule}: '${find}' is not in ${module}.ts exactly once`)
const folder = copy()
if (failing(folder, ['--testPathIgnorePatterns', ...SLOW]).length > 0)
  throw new Error('tests fail before a rule is broken')
let unnoticed = 0
for (const [rule, module, find, replace] of chosen) {
  const file = join(folder, 'src', `${module}.ts`)
  const source = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    source.replace(find, () => replace)
  )
  const quick = failing(folder, ['--testPathIgnorePatterns', 'properties', ...SLOW])
  const noticed = quick.length > 0 ? quick : failing(folder, ['properties'])
  writeFileSync(file, source)
  if (noticed.length === 0) unnoticed++
  console.log(`${noticed.length === 0 ? 'UNNOTICED' : 'noticed  '} ${rule}`)
  if (noticed.length > 0)
    console.log(`            by ${noticed[0]}${noticed.length > 1 ? ` (+${noticed.length - 1})` : ''}`)
}
rmSync(folder, { recursive: true, force: true })
console.log(`${chosen.length - unnoticed} passed, ${unnoticed} failed`)
process.exitCode = unnoticed === 0 ? 0 : 1
