// What a guarded fetch costs a healthy request on loopback, as a ratio to the bare fetch in the same rounds:
// `npm run bench:fetch`. The server runs in a process of its own.
import { Buffer } from 'node:buffer'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { performance } from 'node:perf_hooks'

import { protectFetch } from 'breaker-ts/Fetch'

import { median } from './measure.mjs'

const ROUNDS = 31
const BODIES = { '/small': Buffer.from('{"name":"Ada"}'), '/large': Buffer.alloc(1_000_000, 'abcdefgh') }

const serve = () => {
  const server = createServer((request, response) => response.end(BODIES[request.url]))
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
}

const roundOf = async (get, url, calls) => {
  const start = performance.now()
  for (let i = 0; i < calls; i++) await (await get(url)).arrayBuffer()
  return (performance.now() - start) / calls
}

const measure = async (origin) => {
  const contenders = {
    'bare fetch': fetch,
    "until: 'headers'": protectFetch(fetch, { name: 'headers' }),
    "until: 'body'": protectFetch(fetch, { name: 'body' }, { until: 'body' })
  }
  const names = Object.keys(contenders)
  const sizes = { '/small': 200, '/large': 20 }
  for (const [path, calls] of Object.entries(sizes)) {
    const times = Object.fromEntries(names.map((name) => [name, []]))
    for (let round = -3; round < ROUNDS; round++)
      for (let i = 0; i < names.length; i++) {
        const name = names[(i + Math.abs(round)) % names.length] // each comes first in turn
        const milliseconds = await roundOf(contenders[name], origin + path, calls)
        if (round >= 0) times[name].push(milliseconds)
      }
    console.log(`\n${BODIES[path].length.toLocaleString('en')} bytes, ${ROUNDS} rounds of ${calls} requests`)
    for (const name of names) {
      const ratio = median(times[name].map((time, round) => time / times[names[0]][round]))
      console.log(`  ${name.padEnd(18)} ${median(times[name]).toFixed(3)} ms   ${ratio.toFixed(2)}x`)
    }
  }
}

if (process.send !== undefined) serve()
else {
  const child = fork(import.meta.filename)
  const [port] = await once(child, 'message')
  await measure(`http://127.0.0.1:${port}`)
  child.kill()
}
