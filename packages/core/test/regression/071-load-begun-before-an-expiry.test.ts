// A load that began before an `expire` was stored as fresh after it: what had just been said to be old was served for a whole ttl.
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

let clock: FakeClock
let cache: Cache
let other: Cache

beforeEach(() => {
  clock = createFakeClock()
  const options = { backend: new ReferenceBackend(), ttl: '1h', staleWhileRevalidate: '1h', clock } as const
  cache = createCache(options)
  other = createCache(options)
})

/** A load of nothing known begins, something happens, and the load ends. */
async function loadDuring(something: () => Promise<unknown>, tags: readonly string[] = []) {
  const { loader, runs } = heldLoader()
  const loading = cache.getOrSet('key', loader, { tags })
  await turn()
  await something()
  runs[0]?.settle('old')
  expect(await loading).toBe('old')
  return cache.lookup('key')
}

test('by key: its caller has its value, and nobody else', async () => {
  expect(await loadDuring(() => cache.expire({ key: 'key' }))).toMatchObject({ outcome: 'miss' })
})

test('by key, from another cache on the backend', async () => {
  expect(await loadDuring(() => other.expire({ key: 'key' }))).toMatchObject({ outcome: 'miss' })
})

test('by prefix', async () => {
  expect(await loadDuring(() => cache.expire({ prefix: 'k' }))).toMatchObject({ outcome: 'miss' })
  await cache.delete('key')
  expect(await loadDuring(() => cache.expire({ prefix: 'other' }))).toMatchObject({ outcome: 'hit' })
})

test('by a tag, which only the loader may know', async () => {
  expect(await loadDuring(() => cache.expire({ tags: ['t'] }), ['t'])).toMatchObject({ outcome: 'miss' })
  const gate = Promise.withResolvers<void>()
  const loading = cache.getOrSet('late', async ({ set }) => {
    await gate.promise
    set({ tags: ['t'] })
    return 'old'
  })
  await turn()
  await cache.expire({ tags: ['t'] })
  gate.resolve()
  expect(await loading).toBe('old')
  expect(await cache.lookup('late')).toMatchObject({ outcome: 'miss' })
  expect(await loadDuring(() => cache.expire({ tags: ['other'] }), ['t'])).toMatchObject({ outcome: 'hit' })
})

test.each([
  ['key', () => other.expire({ key: 'key' })],
  ['tag', () => other.expire({ tags: ['t'] })],
  ['prefix', () => other.expire({ prefix: 'k' })],
])('a refresh behind a stale value, by %s, from another cache: the value stays usable', async (_, expire) => {
  await cache.set('key', 'older', { tags: ['t'] })
  await cache.expire({ key: 'key' })
  const { loader, runs } = heldLoader()
  expect(await cache.getOrSet('key', loader, { tags: ['t'] })).toBe('older')
  await turn()
  await expire()
  runs[0]?.settle('old')
  await turn()
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale', value: 'older' })
  expect(await cache.getOrSet('key', () => 'new', { tags: ['t'] })).toBe('older')
  await turn()
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', value: 'new' })
})

test('who asks after it does not join a load from before it', async () => {
  const { loader, runs } = heldLoader()
  const before = cache.getOrSet('key', loader, { tags: ['t'] })
  await turn()
  await cache.expire({ tags: ['t'] })
  const after = cache.getOrSet('key', () => 'new', { tags: ['t'] })
  await turn()
  runs[0]?.settle('old')
  expect(await before).toBe('old')
  expect(await after).toBe('new')
})

test('what is stored meanwhile is made stale, and stays', async () => {
  await cache.set('key', 'value')
  await Promise.all([other.expire({ key: 'key' }), cache.set('key', 'newer')])
  expect(await cache.get('key')).toBe('newer')
})
