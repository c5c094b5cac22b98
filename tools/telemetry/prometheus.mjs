// A Prometheus of this machine, with its data in a directory of its own, on a free port.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const { fetch } = globalThis
const MISSING = 'prometheus and promtool are missing: apt-get install prometheus'

/** Runs promtool, and throws what it says where it is not content. */
export const promtool = (args, input) => {
  try {
    return execFileSync('promtool', args, { input, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    throw new Error(error.code === 'ENOENT' ? MISSING : `promtool ${args.join(' ')}: ${error.stdout}${error.stderr}`, {
      cause: error
    })
  }
}

const freePort = async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

/** Scrapes the targets by job, every second, with rules. */
export const startPrometheus = async (targets, rules) => {
  const dir = mkdtempSync(join(tmpdir(), 'breaker-ts-prometheus-'))
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }]
    }))
  }
  writeFileSync(join(dir, 'prometheus.yml'), JSON.stringify(config)) // JSON is YAML
  const port = await freePort()
  let isOver = false
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error'
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] }
  )
  const ended = once(child, 'exit').catch((error) => {
    isOver = true
    throw new Error(error.code === 'ENOENT' ? MISSING : error.message, { cause: error })
  })
  ended.catch(() => undefined)
  const get = async (path, parameters = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}?${new globalThis.URLSearchParams(parameters)}`)
    const { status, data, error } = await response.json()
    if (status !== 'success') throw new Error(`${path}: ${error}\n${parameters.query}`)
    return data
  }
  const stop = async () => {
    child.kill()
    await ended
    rmSync(dir, { recursive: true, force: true })
  }
  const ready = async () => {
    while (!isOver) {
      const isReady = await fetch(`http://127.0.0.1:${port}/-/ready`).then(
        ({ ok }) => ok,
        () => false
      )
      if (isReady) return
      await sleep(100)
    }
  }
  process.once('exit', () => child.kill())
  await Promise.race([
    ready(),
    ended.then(([code]) => {
      isOver = true
      throw new Error(`prometheus has ended with ${code}`)
    })
  ])
  return {
    query: async (query) => (await get('/api/v1/query', { query })).result,
    range: async (query, start, end, step) => (await get('/api/v1/query_range', { query, start, end, step })).result,
    get,
    stop
  }
}
