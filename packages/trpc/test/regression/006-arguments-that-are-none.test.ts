/** Regression: a channel that is none and a scope of null ended in a bare TypeError, scopes that are no function at the first subscription, and a key was given for no path. */
import { ConfigError, UsageError } from '@stowage/core'
import { createTrpcCache } from '@stowage/trpc'
import { expect, test } from 'vitest'
import { newCache } from '../service.ts'

const { cache, cached } = newCache()

test.each<[unknown, string]>([
  [5, '5'],
  [{}, 'an object'],
  [null, 'null'],
  [{ publish: () => undefined }, 'an object'],
])('%j is no channel', (channel, shown) => {
  const attempt = (): unknown => Reflect.apply(createTrpcCache, undefined, [{ cache, channel }])
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow(`createTrpcCache: channel: ${shown} is not a channel; allowed: an object with publish and`)
})

test('scopes of a subscription are a function', () => {
  const attempt = (): unknown => call(cached, 'invalidations', [{ scopes: ['alice'] }])
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow('invalidations: scopes: an array is not allowed; allowed: a function of ctx')
})

test.each<[readonly unknown[], string]>([
  [[], 'key: path: undefined is not allowed'],
  [[''], "key: path: '' is not allowed"],
  [['post', { scope: null }], "key: scope: null is not allowed; allowed: 'public', or { of: "],
  [['post', { scope: 'alice' }], "key: scope: 'alice' is not allowed"],
  [['post', { scope: {} }], 'scope: the function gave undefined'],
])('%j makes no key', (given, message) => {
  const attempt = (): unknown => call(cached, 'key', given)
  expect(attempt).toThrow(UsageError)
  expect(attempt).toThrow(message)
})

test('what is no key’s option is refused', () => {
  const attempt = (): unknown => call(cached, 'key', ['post', { id: 7 }])
  expect(attempt).toThrow("key: unknown option 'id'; allowed: scope, input")
})

/** As callers without types do. */
function call(on: object, method: string, given: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(on, method)
  if (typeof found !== 'function') throw new Error(`no method ${method}`)
  return Reflect.apply(found, on, given)
}
