// Each client, with a guarded fetch in the place of its own: `call` resolves with 'hello', or rejects.
import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { configureStore } from '@reduxjs/toolkit'
import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { generateText, streamText } from 'ai'
import axios from 'axios'
import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import ky from 'ky'
import OpenAI from 'openai'
import { request } from 'undici'

/** @import { router } from './server.mjs' */

const prompt = /** @type {const} */ ([{ role: 'user', content: 'say hello' }])

/** What the clients of the tests need, given a `fetch` and the address of the server. */
export const CLIENTS = {
  fetch: {
    setUp: (/** @type {typeof fetch} */ guarded, url) => async () => (await (await guarded(`${url}/`)).json()).hello,
    isRejection: isCircuitOpenError
  },

  axios: {
    setUp: (guarded, url, options = {}) => {
      const client = axios.create({ adapter: 'fetch', env: { fetch: guarded }, ...options })
      return async () => (await client.get(`${url}/`)).data.hello
    },
    isRejection: (error) => isCircuitOpenError(error.cause)
  },

  ky: {
    setUp: (guarded, url, options = {}) => {
      const client = ky.create({ fetch: guarded, retry: 0, ...options })
      return async () => (await client.get(`${url}/`).json()).hello
    },
    isRejection: isCircuitOpenError
  },

  '@trpc/client': {
    setUp: (guarded, url) => {
      /** @type {ReturnType<typeof createTRPCClient<typeof router>>} */
      const client = createTRPCClient({ links: [httpBatchLink({ url: `${url}/trpc`, fetch: guarded })] })
      return () => client.hello.query()
    },
    isRejection: (error) => isCircuitOpenError(error.cause)
  },

  '@reduxjs/toolkit': {
    options: { whenOpen: 'response' },
    setUp: (guarded, url) => {
      const api = createApi({
        baseQuery: fetchBaseQuery({ baseUrl: url, fetchFn: guarded }),
        keepUnusedDataFor: 0,
        endpoints: (build) => ({ hello: build.query({ query: () => '/' }) })
      })
      const store = configureStore({
        reducer: { [api.reducerPath]: api.reducer },
        middleware: (withDefaults) =>
          withDefaults({ immutableCheck: false, serializableCheck: false }).concat(api.middleware)
      })
      const { initiate } = api.endpoints.hello
      return async () => {
        const query = store.dispatch(initiate(undefined, { forceRefetch: true }))
        return (await query.unwrap().finally(query.unsubscribe)).hello
      }
    },
    isRejection: ({ status, data }) => status === 503 && isCircuitOpenError(data.error)
  },

  // It takes no fetch: the breaker is around it.
  undici: {
    setUp: (_guarded, url, _options, breaker) => {
      const getJson = breaker.protect(async () => {
        const { statusCode, body } = await request(`${url}/`, { signal: AbortSignal.timeout(200) })
        if (statusCode < 300) return body.json()
        await body.dump()
        throw new Error(`status ${statusCode}`)
      })
      return async () => (await getJson()).hello
    },
    isRejection: isCircuitOpenError
  },

  openai: {
    options: { whenOpen: 'response', until: 'body' },
    setUp: (guarded, url, options = {}) => {
      const client = new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, fetch: guarded, maxRetries: 0, ...options })
      return async () =>
        (await client.chat.completions.create({ model: 'gpt-x', messages: [...prompt] })).choices[0]?.message.content
    },
    stream: (guarded, url) => {
      const client = new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, fetch: guarded, maxRetries: 0 })
      return async function* () {
        const parts = await client.chat.completions.create({ model: 'gpt-x', messages: [...prompt], stream: true })
        for await (const part of parts) yield part.choices[0]?.delta.content ?? ''
      }
    },
    isRejection: (error) => error.status === 503 && isCircuitOpenError(error.error)
  },

  '@anthropic-ai/sdk': {
    options: { whenOpen: 'response', until: 'body' },
    setUp: (guarded, url, options = {}) => {
      const client = new Anthropic({ apiKey: 'none', baseURL: url, fetch: guarded, maxRetries: 0, ...options })
      return async () => {
        const { content } = await client.messages.create({ model: 'claude-x', max_tokens: 9, messages: [...prompt] })
        return content[0]?.type === 'text' ? content[0].text : undefined
      }
    },
    stream: (guarded, url) => {
      const client = new Anthropic({ apiKey: 'none', baseURL: url, fetch: guarded, maxRetries: 0 })
      return async function* () {
        const parts = client.messages.stream({ model: 'claude-x', max_tokens: 9, messages: [...prompt] })
        for await (const part of parts)
          if (part.type === 'content_block_delta' && part.delta.type === 'text_delta') yield part.delta.text
      }
    },
    isRejection: (error) => error.status === 503 && isCircuitOpenError(error.error.error)
  },

  ai: {
    options: { until: 'body' },
    setUp: (guarded, url, options = {}) => {
      const model = createOpenAI({ apiKey: 'none', baseURL: `${url}/v1`, fetch: guarded }).chat('gpt-x')
      return async () => (await generateText({ model, prompt: 'say hello', maxRetries: 0, ...options })).text
    },
    stream: (guarded, url) => {
      const model = createOpenAI({ apiKey: 'none', baseURL: `${url}/v1`, fetch: guarded }).chat('gpt-x')
      return async function* () {
        const controller = new AbortController() // without one, a stream that is left goes on in the background
        const { fullStream } = streamText({
          model,
          prompt: 'say hello',
          maxRetries: 0,
          abortSignal: controller.signal,
          onError: () => undefined
        })
        try {
          for await (const part of fullStream) {
            if (part.type === 'error') throw part.error
            if (part.type === 'text-delta') yield part.text
          }
        } finally {
          controller.abort()
        }
      }
    },
    isRejection: isCircuitOpenError
  }
}
