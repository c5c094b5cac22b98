/**
 * One of the four workers: it asks the server again and again, through a breaker that it shares and through one of its own.
 */
import type { Notice } from 'breaker-ts'
import { circuitState } from 'breaker-ts/State'

import { connect, makeAlone, makeShared } from './breakers'
import type { News } from './news'
import { now } from './news'

const [url = '', port = '', everySeconds = ''] = process.argv.slice(2)

const tell = (news: News): void => void (process.connected && process.send?.(news))

const observer = (isShared: boolean) => (notice: Notice) => () => {
  if (notice._tag === 'Transition')
    tell({ isShared, state: circuitState(notice.to), isRemote: notice.because._tag === 'Remote', atSeconds: now() })
}

const request = async (client: string): Promise<void> => {
  const { ok } = await fetch(url, { headers: { 'x-client': client }, signal: AbortSignal.timeout(500) })
  if (!ok) throw new Error('503')
}

const main = async (): Promise<void> => {
  const client = await connect(Number(port))
  const { breaker, flush, close } = makeShared(client, observer(true))
  const alone = makeAlone(observer(false))
  await flush() // it knows the state of the fleet before its first call
  tell({ isReady: true })
  process.once('message', () => {
    const ask = () => {
      void breaker.run(request, 'shared').catch(() => undefined)
      void alone.run(request, 'alone').catch(() => undefined)
    }
    const timer = setInterval(ask, Number(everySeconds) * 1000)
    process.once('disconnect', () => {
      clearInterval(timer)
      void close().then(() => client.close())
    })
  })
}

void main()
