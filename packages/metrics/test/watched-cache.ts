/** A real memory cache for a test: its clock stands still, its backend fails on demand, and it is closed afterwards. */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, type FaultyBackend, faultyBackend } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { onTestFinished } from 'vitest'

export interface WatchedCache {
  readonly cache: Cache
  readonly clock: FakeClock
  readonly backend: FaultyBackend
  /** A load that takes so long, of a key of its own. */
  readonly load: (lengthMs: number, failure?: Error) => Promise<void>
}

export function watchedCache(name = 'orders'): WatchedCache {
  const clock = createFakeClock()
  const backend = faultyBackend(memoryBackend({ maxEntries: 100, maxBytes: '1MB' }), clock)
  const cache = createCache({ backend, clock, name, ttl: '1m', staleWhileRevalidate: '1m' })
  onTestFinished(() => {
    const closed = cache.close()
    // A backend that hangs is waited for as long as its timeout says.
    clock.advanceMs(60_000)
    return closed
  })
  let loadCount = 0
  return {
    cache,
    clock,
    backend,
    async load(lengthMs, failure) {
      const load = cache.getOrSet(`load ${loadCount++}`, () => {
        clock.advanceMs(lengthMs)
        if (failure !== undefined) throw failure
        return 'loaded'
      })
      await (failure === undefined ? load : load.catch(() => undefined))
    },
  }
}

/** A little of everything that a cache counts. */
export async function muchHappens({ cache, clock, backend, load }: WatchedCache): Promise<void> {
  await cache.set('user:1', 'Ada', { ttl: '1s', tags: ['users'] })
  await cache.get('user:1')
  await cache.get('user:1')
  clock.advanceMs(1_000)
  await cache.get('user:1')
  await cache.get('user:2')
  await load(30)
  await load(400, new RangeError('no such order'))
  backend.inject('get', { kind: 'throw', error: new Error('disk gone') })
  await cache.get('user:3')
  backend.heal()
  await cache.delete('user:1')
  await cache.invalidate({ tags: ['users'] })
}
