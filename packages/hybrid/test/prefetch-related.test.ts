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
    await vi.waitUntil(() => space.peek('a:next') === 2)
    expect(space.peek('a:next:next')).toBeUndefined()
    expect(await space.get('a:absent')).toBeUndefined()
    stop()
  },
)

test('a near hit asks for nothing, and what is near is not read again', async () => {
  const related = vi.fn(next)
  prefetchRelated(cache, { backend, related })
  await cache.get('a')
  await vi.waitUntil(() => cache.peek('a:next') === 2)
  await cache.get('a')
  await cache.get('a:next')
  expect(related.mock.calls).toEqual([['a', []]])
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
