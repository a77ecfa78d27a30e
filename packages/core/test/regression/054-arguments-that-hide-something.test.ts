// Two keys were one where their parts differed in hidden properties only; a promise was stored as a value; huge or odd arguments made huge messages or a TypeError.
import { type Cache, ConfigError, createCache, UsageError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'

let cache: Cache

beforeEach(() => {
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
})

test.each<[string, object]>([
  ['a symbol', { id: 1, [Symbol('tenant')]: 'A' }],
  ['a property that is not enumerable', Object.defineProperty({ id: 1 }, 'tenant', { value: 'A' })],
  ['an array with a name', Object.assign([1], { tenant: 'A' })],
  ['an array with a name that is not enumerable', Object.defineProperty([1], 'tenant', { value: 'A' })],
  ['an array with a name in place of an element', Object.assign(new Array(1), { tenant: 'A' })],
  [
    'an array with a hole and a name that is not enumerable',
    Object.defineProperty(new Array(1), 'tenant', { value: 'A' }),
  ],
  ['an array with a hole and the name -1', Object.assign(new Array(1), { '-1': 'A' })],
  ['an array of another class', new (class extends Array<number> {})()],
  ['a Date with a name', Object.assign(new Date(0), { tenant: 'A' })],
  ['an array with a symbol', Object.assign([1], { [Symbol('tenant')]: 'A' })],
  ['one of these further down', [{ deep: [Object.assign([1], { tenant: 'A' })] }]],
])('%s is refused in a key', async (_, part) => {
  await expect(cache.get(['user', part] as never)).rejects.toThrow(UsageError)
  await expect(cache.get(['user', part] as never)).rejects.toThrow(/^key: .* (properties|cannot be part of a key)/)
})

test('an array with a hole is the array with undefined there', async () => {
  await cache.set(['user', new Array<undefined>(1)], 'held')
  expect(await cache.get(['user', [undefined]])).toBe('held')
})

test.each<[string, (value: Promise<number>) => Promise<unknown>]>([
  ['set', (value) => cache.set('key', value)],
  ['add', (value) => cache.add('key', value)],
  ['setMany', (value) => cache.setMany([['key', value]])],
])('%s refuses a promise', async (name, call) => {
  await expect(call(Promise.resolve(1))).rejects.toThrow(`${name}: a promise cannot be stored (key 'key'); await it`)
  expect(await cache.has('key')).toBe(false)
})

const thousandNames = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`name ${at}`, at]))
const long = 'x'.repeat(1_000_000)

test.each<[string, typeof UsageError | typeof ConfigError, () => unknown]>([
  ['setMany of what is no entry', UsageError, () => cache.setMany([['key', 1], 5] as never)],
  ['invalidate of a thousand names', ConfigError, () => cache.invalidate(thousandNames as never)],
  ['invalidate of a long name', ConfigError, () => cache.invalidate({ [long]: 1 } as never)],
  ['expire of a thousand names', ConfigError, () => cache.expire(thousandNames as never)],
  ['invalidate of a prefix longer than any key', ConfigError, () => cache.invalidate({ prefix: long })],
  ['invalidate of a pattern longer than any key', ConfigError, () => cache.invalidate({ pattern: long })],
  ['expire of a prefix longer than any key', ConfigError, () => cache.expire({ prefix: long })],
  ['on of an object without a text', UsageError, () => cache.on(Object.create(null), () => 1)],
])('%s is refused in a few words', async (_, kind, call) => {
  const error = await Promise.resolve()
    .then(call)
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(kind)
  expect(error instanceof Error ? error.message.length : Number.NaN).toBeLessThan(400)
})

test('a prefix refused for its length is not tried again and again', async () => {
  await expect(cache.invalidate({ prefix: long })).rejects.toThrow(/^prefix: 1000000 characters; allowed: /)
  expect(cache.stats().queues.invalidations).toBe(0)
})
