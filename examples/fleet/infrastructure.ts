/**
 * A Redis and an HTTP server for the time of the demo.
 */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createSocket } from 'node:net'

const portOf = (server: { address: () => unknown }): number => (server.address() as AddressInfo).port

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const socket = createSocket().listen(0, '127.0.0.1', () => {
      const port = portOf(socket)
      socket.close(() => resolve(port))
    })
  })

export const startRedis = async () => {
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const redis = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise<void>((resolve, reject) => {
    redis.once('error', () =>
      reject(new Error(`no redis-server found: install Debian's redis-server, or Redis by brew`))
    )
    redis.once('exit', (code) => reject(new Error(`redis-server has ended with ${code}`)))
    redis.stdout.on('data', (data: Buffer) => data.includes('Ready to accept') && resolve())
  })
  return { port, stop: () => void redis.kill() }
}

export type Client = 'shared' | 'alone'

/** A server that can fall ill, and counts who asks it meanwhile. */
export const startServer = async () => {
  const asked = { shared: 0, alone: 0 }
  let isDown = false
  const server = createServer((request, response) => {
    const client = request.headers['x-client'] as Client
    if (isDown) asked[client]++
    response.writeHead(isDown ? 503 : 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    /** Requests that have reached it while it was down. */
    asked: asked as Readonly<typeof asked>,
    set: (down: boolean) => {
      isDown = down
    },
    isDown: () => isDown,
    stop: () => {
      server.close()
      server.closeAllConnections()
    }
  }
}
