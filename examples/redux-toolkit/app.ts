/// <reference lib="dom" />
/**
 * The page: asks for a price again and again, and shows the breaker's state from the store.
 */
import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { monotonic } from 'breaker-ts/Clock'
import { either as E, function as F, taskEither as TE } from 'fp-ts'

import type { Outcome } from './store'
import { breaker, ended, selectCircuitState, selectRetryAfterSeconds, store } from './store'

const fetchPrice: TE.TaskEither<Error, string> = F.pipe(
  TE.tryCatch(() => fetch('/api/price', { signal: AbortSignal.timeout(1000) }), E.toError),
  TE.chain((response) => (response.ok ? TE.right('a price') : TE.left(new Error(String(response.status)))))
)

const ask: () => Promise<Outcome> = F.pipe(
  fetchPrice,
  breaker.call,
  TE.match(
    (error): Outcome => (isCircuitOpenError(error) ? 'rejected' : 'failed'),
    (): Outcome => 'answered'
  )
)

const element = (id: string) => document.getElementById(id) as HTMLElement
const write = (id: string, text: string) => {
  if (element(id).textContent !== text) element(id).textContent = text
}

let isBroken = false

const render = () => {
  const { breaker: state, calls, actions } = store.getState()
  const now = monotonic()
  const name = selectCircuitState(now)(state)
  const wait = selectRetryAfterSeconds(now)(state)
  element('state').className = name
  write('state', name.toUpperCase())
  write('wait', wait === undefined ? 'held open by hand' : wait > 0 ? `next probe in ${Math.ceil(wait)} s` : '')
  write('break', isBroken ? 'Repair the service' : 'Break the service')
  write('isolate', state._tag === 'Isolated' ? 'Release the breaker' : 'Isolate the breaker')
  for (const outcome of ['answered', 'failed', 'rejected'] as const) write(outcome, String(calls[outcome]))
  element('actions').replaceChildren(
    ...actions.map((type) => {
      const item = document.createElement('li')
      item.textContent = type
      return item
    })
  )
}

element('break').onclick = async () => {
  isBroken = !isBroken
  await fetch(isBroken ? '/api/break' : '/api/repair', { method: 'POST' })
  render()
}
element('isolate').onclick = () =>
  void (store.getState().breaker._tag === 'Isolated' ? breaker.release() : breaker.isolate())

store.subscribe(render)
setInterval(render, 100) // time passes without an action
setInterval(() => void ask().then((outcome) => store.dispatch(ended(outcome))), 500)
render()
