// What every consumer program proves at run time, however it got hold of the package, fp-ts and io-ts.
const claim = (what, holds) => {
  if (!holds) throw new Error(`not so: ${what}`)
}

const rejects = (E, CircuitOpenError, result) => {
  claim('a rejection is a Left of fp-ts', E.isLeft(result))
  claim('a rejection is an Error', result.left instanceof Error)
  claim('a rejection is a CircuitOpenError', result.left instanceof CircuitOpenError)
  claim('a rejection names its breaker', result.left.message === "Circuit breaker 'x' is OPEN")
}

const admits = (E, result) => claim('a closed breaker lets calls pass', E.isRight(result) && result.right === 1)

exports.provesBreakers = async ({ AsyncCircuitBreaker, CircuitBreaker, CircuitOpenError }, E) => {
  const breaker = new CircuitBreaker({ name: 'x', failureThreshold: 1 })
  admits(
    E,
    breaker.call(() => 1)
  )
  breaker.recordFailure()
  rejects(
    E,
    CircuitOpenError,
    breaker.call(() => 1)
  )

  const asyncBreaker = new AsyncCircuitBreaker({ name: 'x', failureThreshold: 1 })
  admits(E, await asyncBreaker.call(async () => E.right(1))())
  claim('run gives the value', (await asyncBreaker.run(async () => 1)) === 1)
  await asyncBreaker.recordFailure()
  rejects(E, CircuitOpenError, await asyncBreaker.call(async () => E.right(1))())
  rejects(E, CircuitOpenError, await asyncBreaker.run(async () => 1).catch((left) => ({ _tag: 'Left', left })))
}

// Node has the table of what was meant by a setting that there is not; bundles do not carry it.
exports.provesHints = ({ CircuitBreaker }) => {
  try {
    new CircuitBreaker({ name: 'x', resetTimeout: 30_000 })
  } catch ({ message }) {
    return claim('a setting of opossum gets a hint', message.includes('use recoveryTimeoutSeconds'))
  }
  claim('an unknown setting is refused', false)
}

exports.provesCodec = (Codec, initial, E, t) => {
  claim('a state survives JSON and decoding', E.isRight(Codec.State.decode(JSON.parse(JSON.stringify(initial)))))
  claim('a wrong state is refused', E.isLeft(Codec.State.decode({})))
  claim("the codecs are types of the user's io-ts", Codec.State instanceof t.Type)
  claim("io-ts works with the user's fp-ts", t.success === E.right)
}
