// node log.mjs: the recipe for pino logs an outage of a service on loopback. `node log.mjs calls` makes the calls, and pino
// writes its lines to the standard output.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'

const calls = async () => {
  const { payments } = await import('./build/pino.mjs')
  const service = createServer((_, response) => response.end('paid')).listen(0, '127.0.0.1')
  await once(service, 'listening')
  const url = `http://127.0.0.1:${service.address().port}`
  const pay = payments.protect(async () => (await fetch(url, { headers: { connection: 'close' } })).text())
  await pay()
  service.close()
  await once(service, 'close')
  for (let i = 0; i < 5; i++) await pay().catch(() => {})
  await payments.call(async () => 'no Either')() // rejected too
  await payments.reset()
  await payments.call(async () => 'no Either')()
}

const story = () => {
  const output = execFileSync(process.execPath, [import.meta.filename, 'calls'], { encoding: 'utf8', timeout: 30_000 })
  const lines = output.trim().split('\n').map(JSON.parse)
  const [opened, closed, report, ...rest] = lines
  assert.equal(rest.length, 0, output)

  assert.deepEqual([opened.level, opened.msg], [40, 'circuit payments: closed -> open'])
  assert.deepEqual([opened.breaker, opened.from, opened.to, opened.because], ['payments', 'closed', 'open', 'Failed'])
  assert.deepEqual([opened.retry_after, opened.error], [60, 'TypeError: fetch failed'])
  console.log('ok warns once when a circuit opens, with the error and the time to wait')

  assert.deepEqual([closed.level, closed.msg, closed.rejected], [30, 'circuit payments: open -> closed', 3])
  console.log('ok tells with the next change how many calls were rejected')

  assert.equal(report.level, 50)
  assert.match(report.msg, /result is no Either/)
  assert.match(report.err.message, /expected an Either/)
  console.log('ok logs reports of mistakes as errors, with their cause')
}

if (process.argv[2] === 'calls') await calls()
else story()
