// Each client takes a guarded fetch by its type. Checked by `npm run clients`, never run.
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { fetchBaseQuery } from '@reduxjs/toolkit/query'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import axios from 'axios'
import { protectFetch } from 'breaker-ts/Fetch'
import { Registry } from 'breaker-ts/Registry'
import ky from 'ky'
import OpenAI from 'openai'
import * as undici from 'undici'

import type { router } from './server.mjs'

const guarded: typeof fetch = protectFetch(fetch, { name: 'api' })

export const clients = [
  axios.create({ adapter: 'fetch', env: { fetch: guarded } }),
  ky.create({ fetch: guarded, retry: 0 }),
  createTRPCClient<typeof router>({ links: [httpBatchLink({ url: 'http://localhost/trpc', fetch: guarded })] }),
  fetchBaseQuery({ baseUrl: 'http://localhost', fetchFn: guarded }),
  new OpenAI({ fetch: guarded, maxRetries: 0 }),
  new Anthropic({ fetch: guarded, maxRetries: 0 }),
  createOpenAI({ fetch: guarded }),
  createAnthropic({ fetch: guarded })
]

// A fetch of a package keeps its own types, in the options too.
export const ofUndici: typeof undici.fetch = protectFetch(undici.fetch, new Registry({ name: 'api' }), {
  key: (_url, _input, init) => String(init?.dispatcher !== undefined),
  failed: (response: undici.Response) => response.headers.getSetCookie().length > 0
})
