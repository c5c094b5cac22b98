// Breaks each rule of the machine on purpose, one at a time, in a copy of the project, and shows which test notices.
// Fails when a broken rule goes unnoticed. `npm run rules WORD` breaks only the rules whose line has that word.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

// The rule, the module, and the text that is replaced to break it.
const RULES = [
  // documented contract
  ['the lifecycle names are closed, open and half_open', 'State', "HALF_OPEN: 'half_open'", "HALF_OPEN: 'half-open'"],
  [
    'CircuitOpenError is an Error',
    'CircuitOpenError',
    'Object.setPrototypeOf(Frameless.prototype, Error.prototype)',
    ''
  ],
  [
    'CircuitOpenError carries the name of the breaker',
    'Session',
    'new CircuitOpenError(this.setup.config.name,',
    "new CircuitOpenError('',"
  ],
  ['CircuitOpenError has the documented message', 'CircuitOpenError', "' is OPEN`", "' is open`"],
  [
    'a rejection captures no stack',
    'CircuitOpenError',
    'const Frameless = class {} as new () => Error',
    'const Frameless = Error'
  ],
  [
    'failureThreshold is 5 by default',
    'Config',
    'accepted.trip === undefined ? 5 :',
    'accepted.trip === undefined ? 6 :'
  ],
  ['recoveryTimeoutSeconds is 60 by default', 'RecoveryPolicy', 'DEFAULT_SECONDS = 60', 'DEFAULT_SECONDS = 61'],
  [
    'halfOpenMaxProbes is 1 by default',
    'SettingRule',
    'halfOpenMaxProbes: withDefault(integerFrom(1), 1)',
    'halfOpenMaxProbes: withDefault(integerFrom(1), 2)'
  ],
  [
    'the clock is monotonic by default',
    'Clock',
    'performance.now() / 1000',
    '0 * performance.now() + Date.now() / 1000'
  ],
  ['a threshold of 0 is refused', 'Rule', '(given as number) >= least', '(given as number) >= 0'],
  ['a threshold of 1.5 is refused', 'Rule', 'Number.isInteger(given)', 'Number.isFinite(given)'],
  [
    'a negative recovery timeout is refused',
    'Rule',
    'Number.isFinite(given) && (given as number) >= 0',
    'Number.isFinite(given)'
  ],
  [
    'NaN and Infinity are refused',
    'Rule',
    'Number.isFinite(given) && (given as number) >= 0',
    "typeof given === 'number' && !(given < 0)"
  ],
  ['an empty name is refused', 'SettingRule', " && given !== ''", ''],
  [
    'every wrong setting is named',
    'Rule',
    'left: [...read.left, ...unknown]',
    'left: [...read.left, ...unknown].slice(0, 1)'
  ],
  [
    'the value given is named',
    'Problem',
    "`${path === '' ? '' : `${path}: `}given ${given}, expected ${rule}`",
    '`${path}: expected ${rule}`'
  ],
  ['a misspelt setting is refused', 'Rule', 'return unknown.length > 0', 'return unknown.length > 1000'],
  [
    'a rejected call does not run',
    'CircuitBreaker',
    "if (admission._tag === 'Left') return admission\n    const startedAtSeconds = this.session.start()\n    let result: Either",
    "if (admission._tag === 'Left') return void fn(...args), admission\n    const startedAtSeconds = this.session.start()\n    let result: Either"
  ],
  [
    'call passes arguments through',
    'AsyncCircuitBreaker',
    'Promise.resolve(apply(fn, args))',
    'Promise.resolve((fn as () => Promise<A>)())'
  ],
  ['a success resets the failure count', 'Window', 'before.failures === 0 ? before : NONE', 'before'],
  ['a failure is counted', 'Window', 'failuresInARow(before.failures + 1)', 'failuresInARow(before.failures)'],
  [
    'the circuit opens at the threshold',
    'Reducer',
    'failuresInARow(counts) >= (failureThreshold as number)',
    'failuresInARow(counts) > (failureThreshold as number)'
  ],
  [
    'reading the state changes nothing',
    'Session',
    'return () => circuitState(at(this.setup.config)(this.store.getState(), this.setup.clock()))',
    "return () => {\n this.dispatch({ _tag: 'FailureRecorded' })\n return circuitState(at(this.setup.config)(this.store.getState(), this.setup.clock()))\n }"
  ],
  [
    'state() is the state as of now',
    'Session',
    'circuitState(at(this.setup.config)(this.store.getState(), this.setup.clock()))',
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
    'inMemory(this.setup.config)',
    '((globalThis as { s?: Store }).s ??= inMemory(this.setup.config))'
  ],
  // state
  [
    'a state survives JSON',
    'Recovery',
    'Math.min(now + Math.max(timeoutSeconds, asked), Number.MAX_VALUE)',
    'now + Math.max(timeoutSeconds, asked)'
  ],
  [
    'opening raises the generation',
    'Recovery',
    '    state.generation + 1,\n    countsReopenings',
    '    state.generation,\n    countsReopenings'
  ],
  [
    'HALF_OPEN raises the generation',
    'Reducer',
    ': halfOpen(state.generation + 1, [], 0',
    ': halfOpen(state.generation, [], 0'
  ],
  ['closing raises the generation', 'Recovery', 'closed(generation + 1, empty', 'closed(generation, empty'],
  [
    'counting does not raise the generation',
    'Reducer',
    ': closed(state.generation, counts, state.recovered)',
    ': closed(state.generation + 1, counts, state.recovered)'
  ],
  // rule 0, time
  ['the boundary of the timeout is included', 'Reducer', 'remaining > 0 &&', 'remaining >= 0 &&'],
  ['the timeout is waited for', 'Reducer', 'remaining > 0 &&', 'remaining > 1 &&'],
  [
    'a clock that goes back does not lengthen a wait by more than a second',
    'Reducer',
    ' && remaining - openSeconds <= 1',
    ''
  ],
  ['a second back is taken for rounding', 'Reducer', 'remaining - openSeconds <= 1', 'remaining - openSeconds <= 0'],
  ['time alone is never stored', 'Reducer', 'return next === current ? state : next', 'return next'],
  ['a time that is no finite number is refused', 'Reducer', '!Number.isFinite(now) || ', ''],
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
    "    case 'Disabled':\n      return { _tag: 'Right', right: callPermit(current.generation) }",
    "    case 'Disabled':\n      return { _tag: 'Left', left: { reason: 'isolated' } }"
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
  [
    'an outcome whose permit is not live changes nothing',
    'Reducer',
    ' || (isOutcome(event) && !isLive(state, event.permit))',
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
  [
    'a failure in HALF_OPEN opens',
    'Reducer',
    ": opened(config, state, now, event)\n    case 'SuccessRecorded'",
    ": state\n    case 'SuccessRecorded'"
  ],
  [
    'a recorded success closes a HALF_OPEN circuit',
    'Reducer',
    "case 'SuccessRecorded':\n      return recovered(config, state, now)",
    "case 'SuccessRecorded':\n      return state"
  ],
  [
    'a recorded failure restarts the timeout of an OPEN circuit',
    'Reducer',
    "event._tag === 'FailureRecorded' ? restarted(config, state, now) : state",
    "event._tag === 'FailureRecorded' && now !== now ? restarted(config, state, now) : state"
  ],
  [
    'a restarted timeout is no new generation',
    'Recovery',
    'openFrom(config, state.generation, state.reopenings, now)',
    'openFrom(config, state.generation + 1, state.reopenings, now)'
  ],
  [
    'a recorded success changes nothing while OPEN',
    'Reducer',
    "event._tag === 'FailureRecorded' ? restarted(config, state, now) : state",
    "event._tag === 'SuccessRecorded' ? closed(state.generation + 1, empty) : event._tag === 'FailureRecorded' ? restarted(config, state, now) : state"
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
    "case 'Released':\n      return { ...state, probes: without(state.probes, event.permit.probe) }",
    "case 'Released':\n      return state"
  ],
  ['a released probe frees only its own room', 'Reducer', 'probes.filter(({ id }) => id !== probe)', 'probes.slice(1)'],
  [
    'the same reference comes back in CLOSED',
    'Reducer',
    '    : counts === state.counts\n      ? state\n      : closed(',
    '    : counts !== counts\n      ? state\n      : closed('
  ],
  [
    'the same reference comes back in OPEN',
    'Recovery',
    'next.openedAtSeconds === state.openedAtSeconds && next.retryAtSeconds === state.retryAtSeconds',
    'next === state'
  ],
  [
    'the restarted timeout counts even where only its start differs',
    'Recovery',
    'next.openedAtSeconds === state.openedAtSeconds && next.retryAtSeconds === state.retryAtSeconds',
    'next.retryAtSeconds === state.retryAtSeconds'
  ],
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
  ['a Left is a failure', 'Classifier', "result._tag === 'Right' ? success :", 'result._tag !== null ? success :'],
  ['a cancellation counts as nothing', 'Classifier', "=== 'AbortError' ? neutral", "=== 'AbortError' ? failure"],
  ['only an AbortError is a cancellation', 'Classifier', "?.name === 'AbortError' ?", "?.name !== 'Error' ?"],
  [
    'an exception is counted (sync)',
    'CircuitBreaker',
    '      this.session.threw(admission.right, thrown, startedAtSeconds)\n      throw thrown\n    }\n    this.session.returned(admission.right, result, startedAtSeconds)\n    return result\n  }\n\n  /** Counts a success observed',
    '      throw thrown\n    }\n    this.session.returned(admission.right, result, startedAtSeconds)\n    return result\n  }\n\n  /** Counts a success observed'
  ],
  ['a rejected promise is counted', 'AsyncCircuitBreaker', 'session.threw(permit, reason, startedAtSeconds)', ''],
  [
    'a rejected promise rejects with the same reason',
    'AsyncCircuitBreaker',
    'throw reason',
    'throw new Error(String(reason))'
  ],
  [
    'call is lazy',
    'AsyncCircuitBreaker',
    'return start(fn, args, this.reactionsTo(admission.right))\n    }',
    'return start(fn, args, this.reactionsTo(admission.right))\n    }\n  readonly lazyCall = this.call\n  eager = (this.call = ((fn: () => Promise<Either<unknown, unknown>>, ...args: []) => {\n    const running = this.lazyCall(fn, ...args)()\n    return () => running\n  }) as never)'
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
  ['a store reads', 'BreakerSettings', "state((given as Store).getState(), '')._tag === 'Right' &&", ''],
  ['a store dispatches', 'BreakerSettings', " && typeof (given as Store).dispatch === 'function'", ''],
  [
    'a clock that gives no finite number is refused',
    'BreakerSettings',
    'isTrue(() => Number.isFinite((given as Clock)()))',
    "typeof given === 'function'"
  ],
  [
    'an end counts once, also from within a listener',
    'Session',
    'ended = true\n        this.settle(admission.right, outcome, startedAtSeconds)',
    'this.settle(admission.right, outcome, startedAtSeconds)\n        ended = true'
  ],
  ['only the first end of an acquired call counts', 'Session', 'if (ended) return', ''],
  [
    'a listener that throws changes no result',
    'Session',
    '      report(config.name, `an error was thrown while ${event._tag} was dispatched`, error)',
    '      throw error'
  ],
  [
    'a healthy call reads no clock',
    'Session',
    'if (isFast && isHealthy(this.setup.config, this.store.getState())) return',
    ''
  ],
  [
    'an array whose length is none is refused',
    'Rule',
    'isArray(input) ? lengthOf(input) : undefined',
    "isArray(input) ? Number(readOwn(input, 'length')) : undefined"
  ],
  ['a stored state with equal probe ids is refused', 'Shape', '.size === probes.length', '.size <= probes.length'],
  [
    'a stored deadline before its start is refused',
    'Shape',
    'retryAtSeconds >= openedAtSeconds',
    'retryAtSeconds >= -Infinity'
  ],
  ['a getter that throws does not get through', 'Problem', 'return UNREADABLE', "throw new Error('boom')"],
  [
    'an inherited property does not get in',
    'Problem',
    'Object.prototype.hasOwnProperty.call(input, key)',
    'key in input'
  ],
  // windows
  ['a count window forgets what has left it', 'Window', '- (gone & FAILED ? 1 : 0)', ''],
  ['a count window forgets slow calls that have left it', 'Window', '- (gone & SLOW ? 1 : 0)', ''],
  [
    'a count window holds its size and no more',
    'Window',
    'calls: full ? size : before.calls + 1',
    'calls: before.calls + 1'
  ],
  [
    'a full healthy count window stays the same reference',
    'Window',
    'if (!failed && !slow && isAllHealthy(before)) return before',
    ''
  ],
  [
    'a window that is not full is not settled',
    'Window',
    'calls === size && failures === 0 && slowCalls === 0',
    'failures === 0 && slowCalls === 0'
  ],
  ['slow calls keep a window from being settled', 'Window', 'failures === 0 && slowCalls === 0', 'failures === 0'],
  [
    'a finished word joins the ring',
    'Window',
    'pages: isWhole ? withWord(before.pages, wordOf(before.next), word) : before.pages',
    'pages: before.pages'
  ],
  [
    'the call that leaves may be of the word that is being filled',
    'Window',
    'index === wordOf(next) && place < next ? word',
    'index === wordOf(next) && place > next ? word'
  ],
  [
    'counts of another size mean nothing',
    'Window',
    "counts._tag === 'CountWindow' && counts.size === size ? counts",
    "counts._tag === 'CountWindow' ? counts"
  ],
  ['a time window turns', 'Window', '? turn(counts, slices, now)', '? counts'],
  ['a time window forgets what has left it', 'Window', '.slice(0, slices - 1)', '.slice(0, slices)'],
  ['an idle gap clears what has expired in it', 'Window', 'Math.min(passed, slices) - 1', '0'],
  [
    'a clock that goes back loses no slice',
    'Window',
    'passed > -slices ? counts : { ...counts, startSeconds: now }',
    '{ ...counts, startSeconds: now }'
  ],
  [
    'a clock that goes back for good does not hold the window still',
    'Window',
    'passed > -slices ? counts : { ...counts, startSeconds: now }',
    'counts'
  ],
  [
    'a window is emptied when the circuit closes',
    'Recovery',
    'closed(generation + 1, empty,',
    "closed(generation + 1, { _tag: 'Consecutive', failures: 1 },"
  ],
  // trip strategies
  [
    'a rate needs its minimum of calls',
    'TripStrategy',
    'whole >= minimumCalls && part / whole >= rate',
    'part / whole >= rate'
  ],
  ['a rate is reached at its limit', 'TripStrategy', 'part / whole >= rate', 'part / whole > rate'],
  [
    'a slow call rate is about slow calls',
    'TripStrategy',
    'reaches(data.rate, data.minimumCalls, slowCalls(counts), calls(counts))',
    'reaches(data.rate, data.minimumCalls, failures(counts), calls(counts))'
  ],
  [
    'never never opens',
    'TripStrategy',
    "    case 'Never':\n      return false",
    "    case 'Never':\n      return true"
  ],
  ['any of a list of strategies opens', 'TripStrategy', 'trip.some((data) =>', 'trip.every((data) =>'],
  ['a slow success can open the circuit', 'Reducer', '(failed || slow) && shouldTrip', 'failed && shouldTrip'],
  ['a fast success cannot', 'Reducer', '(failed || slow) && shouldTrip', 'shouldTrip'],
  [
    'a rate over 1 is refused',
    'SettingRule',
    '(given) => Number.isFinite(given) && (given as number) > 0 && (given as number) <= 1',
    '(given) => Number.isFinite(given) && (given as number) > 0'
  ],
  ['a minimum larger than the window is refused', 'SettingRule', 'needed > window.size', 'needed > Infinity'],
  ['a rate without a window is refused', 'SettingRule', "'rate' in part && window._tag === 'Consecutive'", 'false'],
  [
    'a window without a strategy is refused',
    'SettingRule',
    "return window._tag === 'Consecutive'",
    'return window !== undefined'
  ],
  [
    'failureThreshold beside a strategy is refused',
    'SettingRule',
    'failureThreshold === undefined\n      ? []',
    'failureThreshold !== null\n      ? []'
  ],
  // classification
  ['a classifier that throws counts as a failure', 'Session', '      return failure\n', '      return success\n'],
  [
    'failWhen leaves a cancellation alone',
    'Classifier',
    "if (result._tag === 'Right' || before._tag === 'Neutral') return before",
    "if (result._tag === 'Right') return before"
  ],
  ['slowAfter includes its boundary', 'Classifier', 'elapsedSeconds >= seconds', 'elapsedSeconds > seconds'],
  ['a failure can ask for time', 'Recovery', 'Math.max(timeoutSeconds, asked)', 'timeoutSeconds'],
  ['asking for less time changes nothing', 'Recovery', 'Math.max(timeoutSeconds, asked)', 'asked || timeoutSeconds'],
  // half-open policy
  [
    'exactly so many successes as the threshold close',
    'Reducer',
    'successes >= config.halfOpenSuccessThreshold',
    'successes > config.halfOpenSuccessThreshold'
  ],
  [
    'with a threshold, an empty room does not close',
    'Reducer',
    ': successes >= config.halfOpenSuccessThreshold',
    ': probes.length === 0 || successes >= config.halfOpenSuccessThreshold'
  ],
  [
    'a half-open circuit bears so many failures and no more',
    'Reducer',
    'state.failures < config.halfOpenMaxFailures',
    'state.failures <= config.halfOpenMaxFailures'
  ],
  ['a probe that is late has failed', 'Reducer', 'failures: state.failures + late.length', 'failures: state.failures'],
  [
    "the boundary of a probe's time is included",
    'Reducer',
    'now - admittedAtSeconds >= timeoutSeconds',
    'now - admittedAtSeconds > timeoutSeconds'
  ],
  [
    'a late probe reopens the circuit at the time it was late',
    'Reducer',
    'oneTooMany.admittedAtSeconds + timeoutSeconds)',
    'now)'
  ],
  ['a probe from the future is forgotten', 'Reducer', ' && admittedAtSeconds - now <= 1', ''],
  // recovery policy
  ['a reopening makes the next wait longer', 'Recovery', 'return state.reopenings + 1\n', 'return state.reopenings\n'],
  [
    'a flapping circuit keeps its long waits',
    'Recovery',
    'if (state.recovered === null) return 0',
    'if (state.recovered !== undefined) return 0'
  ],
  [
    'the count starts again once the circuit has stayed closed long enough',
    'Recovery',
    'closedSeconds >= -1 && closedSeconds < state.recovered.openSeconds ?',
    'closedSeconds >= -1 ?'
  ],
  [
    'the boundary of that time is included',
    'Recovery',
    'closedSeconds < state.recovered.openSeconds',
    'closedSeconds <= state.recovered.openSeconds'
  ],
  ['a clock that goes back makes no wait longer', 'Recovery', 'closedSeconds >= -1 && ', ''],
  [
    'counting calls keeps what was recovered from',
    'Reducer',
    'closed(state.generation, counts, state.recovered)',
    'closed(state.generation, counts)'
  ],
  [
    'a policy that gives no time is as good as the default',
    'RecoveryPolicy',
    'Number.isFinite(seconds) && seconds >= 0 ? seconds',
    'seconds >= 0 ? seconds'
  ],
  ['jitter differs by name', 'RecoveryPolicy', '${circuit.name}#${circuit.generation}', '${circuit.generation}'],
  ['jitter differs by generation', 'RecoveryPolicy', '${circuit.name}#${circuit.generation}', '${circuit.name}'],
  // observation
  ['notices come in order', 'Outbox', 'if (this.isDelivering) return', 'if (this.isDelivering && false) return'],
  ['notices wait for the outermost dispatch', 'Outbox', 'if (this.holds === 0) this.deliver()', 'this.deliver()'],
  ['an observer that throws is reported', 'Outbox', '      this.report(error)\n', '      void error\n'],
  [
    'nothing is told of what the store did not take in',
    'Outbox',
    'else fresh.forEach((notice) => this.waiting.splice(this.waiting.indexOf(notice), 1))',
    ''
  ],
  ['what time did is told at the time it happened', 'Notice', 'Math.min(state.retryAtSeconds, now)', 'now'],
  [
    'an open circuit has been HALF_OPEN since its timeout was over',
    'Metrics',
    'Math.max(Math.min(state.retryAtSeconds, until), sinceSeconds)',
    'until'
  ],
  [
    'a window that is too big is refused',
    'SettingRule',
    '(given as number) > 0 && (given as number) <= most',
    '(given as number) > 0'
  ],
  [
    'a slow call rate without a classifier is refused',
    'SettingRule',
    'accepted.classify === undefined && parts',
    'accepted.classify === null && parts'
  ],
  ['what time did is told once', 'Outbox', 'if (fresh.length > 0) this.told.set(breaker, transitions)', ''],
  [
    'a timed out probe is told at a rejection',
    'Session',
    'outbox.addByTime(config.name, transitionsByTime(config)(this.store.getState(), notice.atSeconds))',
    ''
  ],
  [
    'a restarted timeout is told',
    'Notice',
    'before.generation !== after.generation || isRestarted',
    'before.generation !== after.generation'
  ],
  [
    'an asynchronous observer that rejects is reported',
    'Outbox',
    'if (done instanceof Promise) done.catch(this.report)',
    ''
  ],
  ['a malformed outcome is a failure', 'Session', "if (read._tag === 'Right') return read.right\n", 'return given\n'],
  [
    'a console that throws changes no result',
    'Setup',
    '  } catch {\n    return\n  }',
    '  } catch (thrown) {\n    throw thrown\n  }'
  ],
  [
    'a stored window has no call after its last one',
    'Shape',
    'if (word >>> (2 * (next % 16)) !== 0)',
    'if (word < -1e300)'
  ],
  ['older slices than the settings know start anew', 'Window', ' && counts.older.length < slices', ''],
  [
    'more failures than are borne open at a late probe too',
    'Reducer',
    'Math.max(0, config.halfOpenMaxFailures - state.failures)',
    'config.halfOpenMaxFailures - state.failures'
  ],
  // Redux-like stores
  ['an action of another breaker changes nothing', 'Redux', " || readOwn(payload, 'breaker') !== breaker", ''],
  [
    'an action of another kind changes nothing',
    'Redux',
    'tagOf.get(type as string)',
    "tagOf.get(String(type).replace('todos', 'circuitBreaker').replace('added', 'reset'))"
  ],
  ['an action without a time changes nothing', 'Redux', " && typeof now === 'number'", ''],
  ['a malformed action changes nothing', 'Redux', "read._tag === 'Right' && typeof now", 'typeof now'],
  ['the time of an action is in meta', 'Redux', 'meta: { now }', 'meta: { now: 0 * now }'],
  ['a selector shows the state as of now', 'Redux', 'circuitState(project(state, now))', 'circuitState(state)'],
  // snapshots
  [
    'a time window moves with its snapshot',
    'Snapshot',
    'startSeconds: counts.startSeconds + seconds',
    'startSeconds: counts.startSeconds'
  ],
  ['time stopped counts', 'Snapshot', 'moved(state, now - ageSeconds)', 'moved(state, now)'],
  [
    'a wall clock that has gone back stops no time',
    'Snapshot',
    'Math.max(0, wallNowSeconds - savedAtSeconds)',
    'wallNowSeconds - savedAtSeconds'
  ],
  [
    'probes in flight are dropped',
    'Snapshot',
    'halfOpen(generation, [], successes',
    'halfOpen(generation, state.probes, successes'
  ],
  ['a snapshot that is too old is refused', 'Snapshot', '!(ageSeconds <= maxAgeSeconds)', 'ageSeconds > 1e300'],
  [
    'what was recovered from moves with its snapshot',
    'Snapshot',
    'closedAtSeconds: recovered.closedAtSeconds + seconds',
    'closedAtSeconds: recovered.closedAtSeconds'
  ],
  // many keys
  [
    'a key that is just CLOSED is not held',
    'Keyed',
    'Eq.equals(state, unheldAt(keyed, bits)) ? undefined : state',
    'state'
  ],
  [
    'no more keys are held than the cap',
    'Keyed',
    'if (size(keyed) <= maxKeys || tries === 0) return keyed',
    'if (size(keyed) > 0) return keyed'
  ],
  ['only CLOSED keys are evicted', 'Keyed', "values[i]?._tag === 'Closed' && keys[i] !== except", 'keys[i] !== except'],
  ['the key that has just changed is not evicted', 'Keyed', ' && keys[i] !== except', ''],
  [
    'an evicted key keeps its generation',
    'Keyed',
    'generation > unheldAt(keyed, bits).generation ? closed(generation, empty) : undefined',
    'undefined as State | undefined'
  ],
  ['a key is named after the registry', 'Keyed', '`${config.name}/${key}`', 'config.name'],
  [
    'keys of the same hash are told apart',
    'Trie',
    'first === -1 || keys[first] === key ? first : keys.indexOf(key, first)',
    'first'
  ],
  [
    'what time did is told once for each key',
    'Outbox',
    'if (isStored()) this.told.delete(breaker)',
    'if (isStored()) this.told.clear()'
  ],
  [
    'a classifier that throws is reported',
    'Session',
    "      report(\n        this.setup.config.name,\n        'a call counts as failed, because an error was thrown while it was classified',\n        error\n      )\n",
    ''
  ],
  [
    'a key that has counted nothing goes first',
    'Keyed',
    'places.find((i) => hasCountedNothing(values[i] as State)) ?? places[0]',
    'places[0]'
  ],
  [
    'a branch that has become small is a leaf again',
    'Trie',
    'size < WIDTH / 2 ? merge(nodes)',
    'size < -1 ? merge(nodes)'
  ],
  ['keys are hashed by the seed', 'Hash', '0x811c9dc5 ^ seed', '0x811c9dc5 ^ (0 * seed)'],
  [
    'a failure that asks for what is no time is counted in a store too',
    'Redux',
    'Number.isFinite(asked) && (asked as number) >= 0 ? asked : undefined',
    'asked'
  ],
  [
    'a healthy call is counted for the state that the store holds',
    'Session',
    'this.healthy = !this.isTimed && isHealthy(this.setup.config, state) ? state : NO_STATE',
    'if (!this.isTimed && isHealthy(this.setup.config, state)) this.healthy = state'
  ],
  [
    'settings that were changed make another breaker',
    'Setup',
    'last !== undefined && isSame(last, setup)',
    'last !== undefined'
  ],
  ['an error that cannot be read is no rejection', 'Problem', 'return UNREADABLE\n', 'throw input\n'],
  ['a list is not read without end', 'Rule', 'if (length > most)', 'if (length > Infinity)'],
  [
    'a promise that cannot be followed is a failure',
    'AsyncCircuitBreaker',
    'return Promise.reject(thrown).catch(rejected)',
    'return Promise.reject(thrown)'
  ],
  [
    'a snapshot of a newer format is told as that',
    'Snapshot',
    "if (format._tag === 'Left') return refuse(format.left)",
    ''
  ]
]

const NEVER = ['demo', 'browser', 'examples', 'types', 'tidy', 'fuzz', 'soak', 'verify']
// The suites that take long are asked only where no other has noticed.
const LAST = ['properties', 'Registry', 'testing', 'Window']

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
    timeout: 240_000
  })
  if (error?.code === 'ETIMEDOUT') return ['the tests do not end'] // the broken rule makes one of them run for ever
  if (!existsSync(report)) return ['the tests eat all memory']
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
if (failing(folder, ['--testPathIgnorePatterns', ...NEVER]).length > 0)
  throw new Error('tests fail before a rule is broken')
let unnoticed = 0
for (const [rule, module, find, replace] of chosen) {
  const file = join(folder, 'src', `${module}.ts`)
  const source = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    source.replace(find, () => replace)
  )
  const quick = failing(folder, ['--testPathIgnorePatterns', ...LAST, ...NEVER])
  const noticed = quick.length > 0 ? quick : failing(folder, LAST)
  writeFileSync(file, source)
  if (noticed.length === 0) unnoticed++
  console.log(`${noticed.length === 0 ? 'UNNOTICED' : 'noticed  '} ${rule}`)
  if (noticed.length > 0)
    console.log(`            by ${noticed[0]}${noticed.length > 1 ? ` (+${noticed.length - 1})` : ''}`)
}
rmSync(folder, { recursive: true, force: true })
console.log(`${chosen.length - unnoticed} passed, ${unnoticed} failed`)
process.exitCode = unnoticed === 0 ? 0 : 1
