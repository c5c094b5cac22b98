// A server on loopback that can die, which cuts all connections, and come back. It speaks what the clients speak: JSON, tRPC, and the Chat
// Completions and Messages APIs, also as streams.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import { initTRPC } from '@trpc/server'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'

const t = initTRPC.create()
export const router = t.router({ hello: t.procedure.query(() => 'hello') })
const trpc = createHTTPHandler({ router, basePath: '/trpc/' })

const chunk = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-x', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
const event = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
const usage = { input_tokens: 1, output_tokens: 1 }
const message = { id: 'm', type: 'message', role: 'assistant', model: 'claude-x', stop_sequence: null, usage }

const STREAMS = {
  '/v1/chat/completions': [
    chunk({ role: 'assistant', content: 'hel' }),
    chunk({ content: 'lo' }),
    chunk({}, 'stop') + 'data: [DONE]\n\n'
  ],
  '/v1/messages': [
    event({ type: 'message_start', message: { ...message, content: [], stop_reason: null } }) +
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) +
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hel' } }),
    event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } }),
    event({ type: 'content_block_stop', index: 0 }) +
      event({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 2 }
      }) +
      event({ type: 'message_stop' })
  ]
}
const ANSWERS = {
  '/v1/chat/completions': {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-x',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
  },
  '/v1/messages': { ...message, content: [{ type: 'text', text: 'hello' }], stop_reason: 'end_turn' }
}

/** Starts one. `mode` says what it does: `up`, `cut` (streams break off), `hang`, or `dead`. */
export const startServer = async () => {
  const seen = { requests: 0, mode: 'up' }
  const listener = async (request, response) => {
    seen.requests += 1
    if (seen.mode === 'hang') return
    const path = request.url.split('?')[0]
    if (path.startsWith('/trpc/')) return trpc(request, response)
    let body = ''
    for await (const part of request) body += part
    if (!JSON.parse(body || '{}').stream)
      return response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(ANSWERS[path] ?? { hello: 'hello' }))
    response.setHeader('content-type', 'text/event-stream')
    for (const [i, part] of STREAMS[path].entries()) {
      if (i > 0 && seen.mode === 'cut') return response.destroy()
      response.write(part)
      await sleep(5)
    }
    response.end()
  }
  const server = createServer(listener)
  // The port stays ours, or another program might answer on it.
  server.on('connection', (socket) => seen.mode === 'dead' && socket.destroy())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return Object.assign(seen, {
    url: `http://127.0.0.1:${server.address().port}`,
    die: () => {
      seen.mode = 'dead'
      server.closeAllConnections()
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    }
  })
}
