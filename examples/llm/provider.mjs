// A fake provider on loopback: it speaks the Messages API and the Chat Completions API, and misbehaves on demand.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const WORDS = ['Circuit', ' breakers', ' are', ' fuses.']

const usage = { input_tokens: 1, output_tokens: 4 }
const message = { id: 'msg_1', type: 'message', role: 'assistant', stop_sequence: null, usage }
const chat = { id: 'chat_1', created: 1 }

const sent = (data) => `${data.type === undefined ? '' : `event: ${data.type}\n`}data: ${JSON.stringify(data)}\n\n`
const chunk = (model, delta, finish_reason = null) =>
  sent({ ...chat, object: 'chat.completion.chunk', model, choices: [{ index: 0, delta, finish_reason }] })

const APIS = {
  '/v1/messages': {
    answer: (model) => ({
      ...message,
      model,
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: WORDS.join('') }]
    }),
    stream: (model) => [
      sent({ type: 'message_start', message: { ...message, model, stop_reason: null, content: [] } }),
      sent({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      ...WORDS.map((text) => sent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
      sent({ type: 'content_block_stop', index: 0 }),
      sent({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage }),
      sent({ type: 'message_stop' })
    ]
  },
  '/v1/chat/completions': {
    answer: (model) => ({
      ...chat,
      object: 'chat.completion',
      model,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: WORDS.join('') } }]
    }),
    stream: (model) => [
      ...WORDS.map((content) => chunk(model, { content })),
      chunk(model, {}, 'stop'),
      'data: [DONE]\n\n'
    ]
  }
}

const json = (response, status, headers, body) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

/** Starts one. `status` and `headers` are what it answers with, `cuts` and `hangs` whether its streams break off, and whether it hangs; `requests` counts. */
export const startProvider = async () => {
  const provider = { requests: 0, status: 200, headers: {}, cuts: false, hangs: false }
  const server = createServer(async (request, response) => {
    provider.requests += 1
    let body = ''
    for await (const part of request) body += part
    const { model, stream } = JSON.parse(body)
    const api = APIS[request.url]
    if (provider.hangs) return
    if (provider.status !== 200)
      return json(response, provider.status, provider.headers, { error: { type: 'error', message: 'no answer' } })
    if (stream !== true) return json(response, 200, {}, api.answer(model))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [i, part] of api.stream(model).entries()) {
      if (provider.cuts && i === 3) return response.destroy()
      response.write(part)
      await sleep(5)
    }
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return Object.assign(provider, { url: `http://127.0.0.1:${server.address().port}`, close })
}
