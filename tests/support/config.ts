import type { Config, Settings } from 'breaker-ts/Config'
import { make } from 'breaker-ts/Config'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

/** A config from settings that are known to be good. */
export const configOf = (settings: Partial<Settings> = {}): Config =>
  pipe(
    make({ name: 'test', ...settings }),
    E.getOrElseW((error) => {
      throw error
    })
  )
