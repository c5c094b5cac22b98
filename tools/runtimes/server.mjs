// A server on loopback that dies and comes back, and another one that says when.
import { once } from 'node:events'
import { createServer } from 'node:http'

const ROUTES = {
  '/': (response) => response.end('well'),
  '/429': (response) => response.writeHead(429, { 'retry-after': '30' }).end(),
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half of')
    setTimeout(() => response.destroy(), 50)
  },
  '/hangs': () => {}
}

const listen = async (server, port) => {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}

// While it is dead, its port may be taken for a moment by a connection of another program.
const listenAgain = async (server, port, attempts = 50) => {
  try {
    return await listen(server, port)
  } catch (error) {
    if (attempts === 0) throw error
    await new Promise((resolve) => setTimeout(resolve, 100))
    return listenAgain(server, port, attempts - 1)
  }
}

const close = (server) =>
  new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })

export const start = async () => {
  let count = 0
  const server = createServer((request, response) => {
    count++
    const route = ROUTES[request.url] ?? ((missing) => missing.writeHead(404).end())
    route(response)
  })
  const port = await listen(server, 0)
  const orders = {
    '/die': () => close(server),
    '/revive': () => listenAgain(server, port),
    '/count': () => count
  }
  const control = createServer(async (request, response) => response.end(String(await orders[request.url]())))
  const controlPort = await listen(control, 0)
  return {
    origin: `http://127.0.0.1:${port}`,
    control: `http://127.0.0.1:${controlPort}`,
    stop: () => Promise.all([close(server), close(control)])
  }
}
