/**
 * A TCP proxy that delays what passes, or lets nothing through: a network that is slow, or has stalled.
 */
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

export interface Proxy {
  readonly port: number
  readonly stall: () => void
  readonly heal: () => void
  readonly stop: () => void
}

/** Delays each direction by so many seconds. */
export const startProxy = (to: number, delaySeconds = 0): Promise<Proxy> =>
  new Promise((resolve) => {
    const sockets = new Set<Socket>()
    const held: Array<() => void> = []
    let isStalled = false
    const pass = (deliver: () => void): void => void (isStalled ? held.push(deliver) : deliver())
    const pipe = (from: Socket, into: Socket): void => {
      sockets.add(from)
      from.on('data', (data) => setTimeout(() => pass(() => into.write(data)), delaySeconds * 1000))
      from.on('close', () => into.destroy())
      from.on('error', () => undefined)
    }
    const server = createServer((socket) => {
      const target = connect(to, '127.0.0.1')
      pipe(socket, target)
      pipe(target, socket)
    }).listen(0, '127.0.0.1', () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        stall: () => {
          isStalled = true
        },
        heal: () => {
          isStalled = false
          held.splice(0).forEach((deliver) => deliver())
        },
        stop: () => {
          server.close()
          sockets.forEach((socket) => socket.destroy())
        }
      })
    )
  })
