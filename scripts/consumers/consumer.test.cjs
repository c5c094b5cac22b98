// A test of a user who runs jest with its defaults.
const { expect, test } = require('@jest/globals')
const E = require('fp-ts/Either')
const t = require('io-ts')

const root = require('breaker-ts')
const Codec = require('breaker-ts/Codec')
const { provesBreakers, provesCodec } = require('./behaviour.cjs')

test('the breakers', () => provesBreakers(root, E))
test('the codecs', () => provesCodec(Codec, root.initial, E, t))
test('values compare', () => expect(root.initial).toEqual(require('breaker-ts/State').initial))
