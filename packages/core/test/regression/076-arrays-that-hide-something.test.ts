// Two keys were one where they differed in what the array itself hides: names beside its elements, another class, an iterator.
import { type Cache, createCache, UsageError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'

let cache: Cache

beforeEach(() => {
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
})

test.each<[string, object]>([
  ['an array with a name', Object.assign(['user'], { tenant: 'A' })],
  ['what a regular expression found', Object('user 7'.match(/user/))],
  ['an array with a name that is not enumerable', Object.defineProperty(['user'], 'tenant', { value: 'A' })],
  ['an array with a symbol', Object.assign(['user'], { [Symbol('tenant')]: 'A' })],
  ['an array of another class', new (class extends Array<string> {})('user', 'A')],
])('%s is no key, nor a prefix', async (_, key) => {
  await expect(cache.set(key as never, 1)).rejects.toThrow(UsageError)
  await expect(cache.set(key as never, 1)).rejects.toThrow(/^key: .* properties/)
  await expect(cache.invalidate({ prefix: key as never })).rejects.toThrow(UsageError)
})

test('an array with a hole is the array with undefined there', async () => {
  await cache.set(new Array<undefined>(1), 'held')
  expect(await cache.get([undefined])).toBe('held')
})
