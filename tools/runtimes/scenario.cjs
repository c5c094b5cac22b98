// What each runtime has to do, however it got hold of the package. Each function takes the modules, and returns what it has
// found to be so; the first thing that is not so throws.
const claims = () => {
  const made = []
  const claim = (what, found, expected = true) => {
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`)
    made.push(what)
  }
  return { claim, made }
}

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
const nameOf = (promise) =>
  promise.then(
    () => 'no error',
    (error) => error.name
  )

// The clock of a Worker stands still while it computes, and a timer may fire a little early.
const until = async (ask) => {
  for (let i = 0; i < 200; i++) {
    if (await ask()) return true
    await sleep(0.02)
  }
  return false
}

exports.allLoaded = (entries) => {
  const { claim, made } = claims()
  claim('every entry point loads', entries.length > 0 && entries.every((entry) => typeof entry === 'object'))
  return made
}

// Workers make what is at module scope outside of any request, where they allow less.
exports.atModuleScope = ({ AsyncCircuitBreaker }) =>
  new AsyncCircuitBreaker({ name: 'users', failureThreshold: 2, recoveryTimeoutSeconds: 0.5 })

exports.core = async ({ breakerTs, Codec, Snapshot, Health, E }, users) => {
  const { CircuitBreaker, CircuitOpenError, Registry, clock, isCircuitOpenError } = breakerTs
  const { claim, made } = claims()

  await users.reset()
  const broken = users.protect(async () => Promise.reject(new RangeError('503')))
  claim('a healthy call gives its value', await users.run(async () => 'ada'), 'ada')
  claim('a failure comes back as it is', [await nameOf(broken()), await nameOf(broken())], ['RangeError', 'RangeError'])
  const rejection = await users.run(async () => 'ada').catch((error) => error)
  claim('an open circuit rejects', [rejection.name, rejection.reason], ['CircuitOpenError', 'open'])
  claim('a rejection is an Error', rejection instanceof Error && rejection instanceof CircuitOpenError)
  claim('a rejection is recognised', isCircuitOpenError(rejection))
  claim('a rejection says how long to wait', rejection.retryAfterSeconds > 0 && rejection.retryAfterSeconds <= 0.5)
  claim('it is half-open when the real clock says so', await until(() => users.current().circuitState === 'half_open'))
  claim('a probe closes it', [await users.run(async () => 'ada'), users.current().circuitState], ['ada', 'closed'])

  const left = await users.call(async () => E.left('not found'))()
  claim('a Left comes back', left, E.left('not found'))
  const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' })
  await users.run(async () => Promise.reject(aborted)).catch(() => {})
  claim('a cancellation counts as nothing', users.current().counts.failures, 1)

  const time = clock.manual()
  const ledger = new CircuitBreaker({ name: 'ledger', failureThreshold: 1, clock: time.clock })
  ledger.recordFailure()
  claim('a manual clock stands still', ledger.state(), 'open')
  const saved = JSON.parse(JSON.stringify(ledger.snapshot()))
  const restored = new CircuitBreaker({ name: 'ledger', failureThreshold: 1, restore: Snapshot.from(saved) })
  claim('a snapshot is restored on another clock', restored.state(), 'open')
  claim('health is degraded', Health.health([ledger, users]).status, 'degraded')
  time.advance(60)
  claim('a manual clock moves', ledger.state(), 'half_open')

  const settings = Codec.Settings.decode({ name: 'search', failureThreshold: 1 })
  claim('settings come from JSON', E.isRight(settings) && new CircuitBreaker(settings.right).state() === 'closed')
  claim('wrong settings are refused', E.isLeft(Codec.Settings.decode({ name: 'search', failureThreshold: 0 })))

  const hosts = new Registry({ name: 'hosts', failureThreshold: 1 })
  await hosts.for('a.example').recordFailure()
  const states = ['a.example', 'b.example'].map((key) => hosts.for(key).current().circuitState)
  claim('a registry has a breaker for each key', states, ['open', 'closed'])
  return made
}

// `control` kills the server and starts it again, cuts bodies, and counts requests.
exports.fetched = async ({ protectFetch, isCircuitOpenError }, fetch, origin, control) => {
  const { claim, made } = claims()
  const tell = async (what) => (await fetch(`${control}/${what}`)).text()
  const settings = { name: 'api', failureThreshold: 3, recoveryTimeoutSeconds: 1 }
  const guarded = protectFetch(fetch, settings)
  const statusOf = async (path, init) => {
    const response = await guarded(`${origin}${path}`, init)
    await response.text()
    return response.status
  }

  claim('healthy calls pass', [await statusOf('/'), await statusOf('/'), await statusOf('/404')], [200, 200, 404])
  for (let i = 0; i < 4; i++) await guarded(`${origin}/hangs`, { signal: abortedSoon() }).catch(() => {})
  claim('aborted calls count as nothing', await statusOf('/'), 200)

  await tell('die')
  const attempts = []
  for (let i = 0; i < 5; i++) attempts.push(await guarded(`${origin}/`).catch((error) => error))
  const found = attempts.map((error) => error instanceof Error && isCircuitOpenError(error))
  claim('a dead server opens the circuit', found, [false, false, false, true, true])

  await tell('revive')
  claim('a server that is back closes it', await until(async () => (await statusOf('/').catch(() => 0)) === 200))

  const timed = protectFetch(fetch, { ...settings, failureThreshold: 1 })
  await timed(`${origin}/hangs`, { signal: AbortSignal.timeout(50) }).catch(() => {})
  claim('a time limit fails', await nameOf(timed(`${origin}/`)), 'CircuitOpenError')

  const sdk = protectFetch(fetch, { ...settings, failureThreshold: 1 }, { whenOpen: 'response' })
  await (await sdk(`${origin}/429`)).text() // it asks for 30 seconds
  const before = await tell('count')
  const rejected = await sdk(`${origin}/`)
  const headers = ['retry-after', 'x-should-retry', 'x-circuit-breaker'].map((name) => rejected.headers.get(name))
  claim('Retry-After opens for as long', [rejected.status, ...headers], [503, '30', 'false', 'open'])
  claim('a rejected call sends nothing', await tell('count'), before)

  const whole = protectFetch(fetch, { ...settings, failureThreshold: 1 }, { until: 'body' })
  claim('a whole body is a success', await (await whole(`${origin}/`)).text(), 'well')
  const cut = await nameOf(whole(`${origin}/cut`).then((response) => response.text()))
  claim(
    'a body cut after 200 OK fails',
    [cut !== 'no error', await nameOf(whole(`${origin}/`))],
    [true, 'CircuitOpenError']
  )
  return made
}

const abortedSoon = () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 30)
  return controller.signal
}
