// Two models, each with a breaker, and a question to the first that answers. This is the part to copy.
import Anthropic from '@anthropic-ai/sdk'
import { protectFetch } from 'breaker-ts/Fetch'
import { Registry } from 'breaker-ts/Registry'
import OpenAI from 'openai'

/** The breakers of all models. In earnest: a recovery timeout of 10 seconds or more, and a longer time limit. */
export const breakers = new Registry({
  name: 'llm',
  failureThreshold: 2,
  recoveryTimeoutSeconds: 1,
  probeTimeoutSeconds: 10, // more than the slowest answer takes
  maxRetryAfterSeconds: 600
})

// A time limit of ours: the SDKs end a call at theirs by an abort, which counts as neither success nor failure.
const limited = (input, init) =>
  fetch(input, {
    ...init,
    signal: AbortSignal.any([AbortSignal.timeout(5_000), ...(init?.signal ? [init.signal] : [])])
  })

/** A fetch for one model: a stream ends with its last byte, and a rejection is a response that no SDK retries. */
const fetchFor = (model) => protectFetch(limited, breakers, { key: () => model, until: 'body', whenOpen: 'response' })

const claude = (model, baseURL) => {
  const client = new Anthropic({ apiKey: 'none', baseURL, maxRetries: 0, fetch: fetchFor(model) })
  const request = (content) => ({ model, max_tokens: 100, messages: [{ role: 'user', content }] })
  return {
    name: model,
    ask: async (prompt, options) => (await client.messages.create(request(prompt), options)).content[0].text,
    stream: async function* (prompt) {
      const events = await client.messages.create({ ...request(prompt), stream: true })
      for await (const { type, delta } of events) if (type === 'content_block_delta') yield delta.text
    }
  }
}

const gpt = (model, baseURL) => {
  const client = new OpenAI({ apiKey: 'none', baseURL: `${baseURL}/v1`, maxRetries: 0, fetch: fetchFor(model) })
  const request = (content) => ({ model, messages: [{ role: 'user', content }] })
  return {
    name: model,
    ask: async (prompt, options) =>
      (await client.chat.completions.create(request(prompt), options)).choices[0].message.content,
    stream: async function* (prompt) {
      const chunks = await client.chat.completions.create({ ...request(prompt), stream: true })
      for await (const { choices } of chunks) yield choices[0].delta.content ?? ''
    }
  }
}

/** The models in the order in which they are asked. */
export const modelsAt = (first, second) => [claude('claude-x', first), gpt('gpt-x', second)]

// Another model would make nothing better of a request that is wrong (400, 401, 413), or of a caller who has left.
const isAbort = (error) => error instanceof Anthropic.APIUserAbortError || error instanceof OpenAI.APIUserAbortError
const isTheirs = (error) => !isAbort(error) && !(error.status < 500 && error.status !== 408 && error.status !== 429)

/** Asks the models in turn until one answers: `use` asks one. A breaker that is open costs no time. */
export const askFirst = async (models, use) => {
  const [model, ...others] = models
  try {
    return { model: model.name, answer: await use(model) }
  } catch (error) {
    if (others.length === 0 || !isTheirs(error)) throw error
    return askFirst(others, use)
  }
}
