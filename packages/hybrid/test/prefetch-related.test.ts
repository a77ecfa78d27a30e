/** What belongs to a key that a farther tier answered is near when it is asked for. */
import { type Backend, type Cache, ConfigError, createCache, type Key } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'
import { hybridBackend, prefetchRelated } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, expect, test, vi } from 'vitest'

/** Long enough for a busy machine. */
const SOON = { timeout: 20_000 }

let clock: FakeClock
let far: FaultyBackend
let backend: Backend
let cache: Cache

function restart(): void {
  backend = hybridBackend({ tiers: [memoryBackend({ maxEntries: 100 }), far], clock })
  cache = createCache({ backend, ttl: '1h', clock })
}

const next = (key: Key) => (typeof key === 'string' ? [`${key}:next`, `${key}:absent`] : [])

beforeEach(async () => {
  clock = createFakeClock()
  far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  restart()
  for (const space of [cache, cache.namespace('n')]) {
    await space.set('a', 1)
    await space.set('a:next', 2)
    await space.set('a:next:next', 3)
  }
  restart()
})

test.each(['', 'n'])(
  "a far hit brings what belongs to it near, in namespace '%s', and no more than that",
  async (name) => {
    const space = name === '' ? cache : cache.namespace(name)
    const stop = prefetchRelated(cache, { backend, related: next })
    expect(await space.get('a')).toBe(1)
    await vi.waitUntil(() => space.peek('a:next') === 2, SOON)
    expect(space.peek('a:next:next')).toBeUndefined()
    expect(await space.get('a:absent')).toBeUndefined()
    stop()
  },
)

test('a near hit asks for nothing, and what is near is not read again', async () => {
  const related = vi.fn(next)
  prefetchRelated(cache, { backend, related })
  await cache.get('a')
  await vi.waitUntil(() => cache.peek('a:next') === 2, SOON)
  await cache.get('a')
  await cache.get('a:next')
  expect(related.mock.calls).toEqual([['a', []]])
})

test('what has been prefetched is so again when it is wanted again, while another is being read', async () => {
  const near = memoryBackend({ maxEntries: 100 })
  const store = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const { promise, resolve } = Promise.withResolvers<void>()
  const get = store.get.bind(store)
  const asked: string[] = []
  store.get = (key, nowMs) => {
    asked.push(key)
    return key === 'slow' ? promise.then(() => get(key, nowMs)) : get(key, nowMs)
  }
  const hybrid = hybridBackend({ tiers: [near, store], clock })
  const reader = createCache({ backend: hybrid, ttl: '1h', clock })
  for (const key of ['a', 'a:next', 'slow']) await reader.set(key, key)
  const forget = async (): Promise<void> => {
    for (const key of ['a', 'a:next', 'slow']) await near.delete(key, clock.nowMs(), undefined)
  }
  await forget()
  prefetchRelated(reader, { backend: hybrid, related: () => ['a:next', 'slow'] })
  await reader.get('a')
  await vi.waitUntil(() => reader.peek('a:next') === 'a:next', SOON)
  await forget()
  await reader.get('a')
  resolve()
  await vi.waitUntil(() => reader.peek('a:next') === 'a:next', SOON)
  expect(asked.filter((key) => key === 'a:next')).toHaveLength(2)
})

test('of very many that belong to a key a thousand wait, and the rest is left out', async () => {
  const keys = Array.from({ length: 1_500 }, (_, at) => `related:${at}`)
  const hybrid = hybridBackend({ tiers: [memoryBackend({ maxEntries: 5_000 }), far], clock })
  const reader = createCache({ backend: hybrid, ttl: '1h', clock })
  for (const key of keys) await cache.set(key, key)
  prefetchRelated(reader, { backend: hybrid, related: () => keys })
  await reader.get('a')
  const near = () => keys.filter((key) => reader.peek(key) !== undefined)
  await vi.waitUntil(() => near().includes('related:999'), SOON)
  expect(near()).toEqual(keys.slice(0, 1_000))
})

test('after stopping nothing is prefetched', async () => {
  const related = vi.fn(next)
  prefetchRelated(cache, { backend, related })()
  await cache.get('a')
  expect(related).not.toHaveBeenCalled()
})

test('a far tier that fails meanwhile concerns nobody', async () => {
  prefetchRelated(cache, { backend, related: () => ['a:next'] })
  cache.on('lookup', () => far.inject('get', { kind: 'reject', error: new Error('gone') }))
  expect(await cache.get('a')).toBe(1)
  await expect(cache.get('a')).resolves.toBe(1)
})

test('what is no function is refused by name', () => {
  // @ts-expect-error: callers without types
  expect(() => prefetchRelated(cache, { backend, related: ['a'] })).toThrow(ConfigError)
  // @ts-expect-error: callers without types
  expect(() => prefetchRelated(cache, { related: next })).toThrow(/^backend: /)
})
