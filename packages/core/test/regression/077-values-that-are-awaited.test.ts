// A query that a builder had not sent was stored as a value, and sent anew by every get: only promises by class were refused.
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'

let cache: Cache
let sentCount: number

beforeEach(() => {
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  sentCount = 0
})

const query: unknown = {
  // biome-ignore lint/suspicious/noThenProperty: what query builders have.
  then(answer: (rows: string) => void) {
    sentCount++
    answer('rows')
  },
}

test.each<[string, () => Promise<unknown>]>([
  ['set', () => cache.set('key', query)],
  ['add', () => cache.add('key', query)],
  ['setMany', () => cache.setMany([['key', query]])],
])('%s refuses what is awaited like a promise', async (name, call) => {
  await expect(call()).rejects.toThrow(`${name}: a promise cannot be stored (key 'key'); await it first`)
  expect(await cache.has('key')).toBe(false)
  expect(sentCount).toBe(0)
})

test('a loader may return it', async () => {
  expect(await cache.getOrSet('key', () => query)).toBe('rows')
  expect(await cache.get('key')).toBe('rows')
  expect(sentCount).toBe(1)
})

test('a property of that name is a value like any other', async () => {
  // biome-ignore lint/suspicious/noThenProperty: a schema's.
  const schema = { if: true, then: { type: 'string' } }
  await cache.set('key', schema)
  expect(await cache.get('key')).toEqual(schema)
})
