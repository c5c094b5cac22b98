/// <reference lib="dom" />
/**
 * The page: asks two services again and again, and shows the state of each breaker from the store.
 */
import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { monotonic } from 'breaker-ts/Clock'

import type { Outcome, Service } from './store'
import { breakers, ended, selectors, services, store } from './store'

const request = async (service: Service) => {
  const response = await fetch(`/api/${service}`, { signal: AbortSignal.timeout(1000) })
  if (!response.ok) throw new Error(String(response.status))
}

const ask = (service: Service): Promise<Outcome> =>
  breakers[service].run(request, service).then(
    () => 'answered',
    (error: unknown) => (isCircuitOpenError(error) ? 'rejected' : 'failed')
  )

const element = (selector: string) => document.querySelector(selector) as HTMLElement
const write = (selector: string, text: string) => {
  if (element(selector).textContent !== text) element(selector).textContent = text
}

const broken = new Set<Service>()

const render = () => {
  const { breakers: slice, calls, actions } = store.getState()
  const now = monotonic()
  for (const service of services) {
    const name = selectors[service].selectCircuitState(now)(slice)
    const wait = selectors[service].selectRetryAfterSeconds(now)(slice)
    const isIsolated = slice[service]._tag === 'Isolated'
    element(`#${service} .state`).className = `state ${name}`
    write(`#${service} .state`, name.toUpperCase())
    write(
      `#${service} .wait`,
      isIsolated ? 'held open by hand' : wait === undefined || wait === 0 ? '' : `next probe in ${Math.ceil(wait)} s`
    )
    write(`#${service} .break`, broken.has(service) ? 'Repair the service' : 'Break the service')
    write(`#${service} .isolate`, isIsolated ? 'Release the breaker' : 'Isolate the breaker')
    for (const outcome of ['answered', 'failed', 'rejected'] as const)
      write(`#${service} .${outcome}`, String(calls[service][outcome]))
  }
  element('#actions').replaceChildren(
    ...actions.map((type) => {
      const item = document.createElement('li')
      item.textContent = type
      return item
    })
  )
}

const toggleService = async (service: Service) => {
  if (!broken.delete(service)) broken.add(service)
  await fetch(`/api/${service}/${broken.has(service) ? 'break' : 'repair'}`, { method: 'POST' })
  render()
}
const toggleBreaker = (service: Service) => {
  const { isolate, release } = breakers[service]
  return store.getState().breakers[service]._tag === 'Isolated' ? release() : isolate()
}

for (const service of services) {
  const section = (element('template') as HTMLTemplateElement).content.cloneNode(true)
  element('#services').append(section)
  const added = element('#services > :last-child')
  added.id = service
  write(`#${service} h2`, service)
  element(`#${service} .break`).onclick = () => void toggleService(service)
  element(`#${service} .isolate`).onclick = () => void toggleBreaker(service)
  setInterval(() => void ask(service).then((outcome) => store.dispatch(ended({ service, outcome }))), 500)
}

store.subscribe(render)
setInterval(render, 100) // time passes without an action
render()
