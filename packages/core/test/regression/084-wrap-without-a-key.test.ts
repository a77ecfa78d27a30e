// What wrap was given without a key, or with a wrong option beside it, was refused without a word of `key`.
import { ConfigError, createCache, defineQuery } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h' })

test.each<[string, unknown]>([
  ['no options', undefined],
  ['a ttl in their place', '10s'],
  ['a function in their place', () => 'key'],
  ['no key', {}],
  ['a key that is none', { key: 'user:1' }],
  ['another name for it', { keyOf: () => 'key' }],
])('%s: the refusal names key', (_, options) => {
  expect(() => cache.wrap(() => 1, options as never)).toThrow(ConfigError)
  expect(() => cache.wrap(() => 1, options as never)).toThrow(
    /^wrap: .*allowed: .*\bkey\b|^wrap: key: .*allowed: a function/,
  )
})

test('a query names what it may be told', () => {
  const definition = { key: () => 'key', load: () => 1, loadAll: () => 1 }
  expect(() => defineQuery(cache, definition)).toThrow(
    /^defineQuery: unknown option 'loadAll'; allowed: key, load, loadMany/,
  )
})
