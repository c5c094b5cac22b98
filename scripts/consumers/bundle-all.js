// A browser program that uses everything, in the style of the ecosystem.
import * as root from 'breaker-ts'
import * as Codec from 'breaker-ts/Codec'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { provesBreakers, provesCodec } from './behaviour.cjs'

provesCodec(Codec, root.initial, E, t)
globalThis.result = provesBreakers(root, E).then(() => 'proven')
