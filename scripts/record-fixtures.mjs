// Records the logs of tests/fixtures/logs: Debian's nginx before a Node backend that slows down, fails, and dies, and a breaker
// of ours that calls it and is disabled, so that every call gets through. Run it after `npm run build`; it takes half a minute.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const require = createRequire(import.meta.url)
const { AsyncCircuitBreaker } = require('../lib/shell/AsyncCircuitBreaker.js')
const { record } = require('../lib/replay/Record.js')

const OUT = join(import.meta.dirname, '..', 'tests', 'fixtures', 'logs')
const CALLS_A_SECOND = 16

/** What the backend is like, for how many seconds. */
const PHASES = [
  { seconds: 5, name: 'well' },
  { seconds: 5, name: 'slow', took: 600 },
  { seconds: 3, name: 'stuck', took: 5000 }, // nginx gives up: 504
  { seconds: 2, name: 'well' },
  { seconds: 4, name: 'dead' }, // nobody listens: 502
  { seconds: 5, name: 'well' }
]

const dir = mkdtempSync(join(tmpdir(), 'fixtures-'))
let phase = PHASES[0]

const backend = createServer((request, response) => {
  const took = phase.took ?? 10 + Math.random() * 40
  void sleep(took).then(() => response.end(`${request.url}\n`))
})

const listen = async (server, port) => {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}

const freePort = async () => {
  const server = createServer()
  const port = await listen(server, 0)
  server.close()
  await once(server, 'close')
  return port
}

const configOf = (port, upstream) => `
daemon off;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log;
events {}
http {
  log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" '
                   '$request_time $upstream_response_time $upstream_status $upstream_addr';
  log_format json escape=json '{"msec":"$msec","request":"$request","status":"$status","request_time":"$request_time",'
                  '"upstream_response_time":"$upstream_response_time","upstream_addr":"$upstream_addr","host":"$host"}';
  access_log ${dir}/nginx.log timed;
  access_log ${dir}/nginx-json.log json;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi; scgi_temp_path ${dir}/scgi;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_read_timeout 1s;
    }
  }
}
`

const upstream = await listen(backend, 0)
const port = await freePort()
writeFileSync(join(dir, 'nginx.conf'), configOf(port, upstream))
const nginx = spawn('nginx', ['-p', dir, '-c', join(dir, 'nginx.conf')], { stdio: 'inherit' })
await sleep(500)

mkdirSync(OUT, { recursive: true })
const settings = { name: 'orders', failureThreshold: 5, recoveryTimeoutSeconds: 5 }
const file = createWriteStream(join(OUT, 'record.jsonl'))
const breaker = new AsyncCircuitBreaker({ ...settings, observer: record((line) => file.write(line), settings) })
breaker.disable()

const get = async (path) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(3000) })
  await response.text()
  if (response.status >= 500) throw new Error(String(response.status))
}

const calls = []
for (const next of PHASES) {
  phase = next
  if (next.name === 'dead') {
    backend.closeAllConnections()
    backend.close()
  } else if (!backend.listening) await listen(backend, upstream)
  for (let i = 0; i < next.seconds * CALLS_A_SECOND; i++) {
    calls.push(breaker.run(() => get(`/orders/${calls.length}`)).catch(() => undefined))
    await sleep((1000 / CALLS_A_SECOND) * (0.5 + Math.random()))
  }
}
await Promise.all(calls)
nginx.kill('SIGQUIT')
await once(nginx, 'exit')
backend.close()
file.end()
await once(file, 'close')
for (const name of ['nginx.log', 'nginx-json.log']) writeFileSync(join(OUT, name), readFileSync(join(dir, name)))
rmSync(dir, { recursive: true })
process.exit()
