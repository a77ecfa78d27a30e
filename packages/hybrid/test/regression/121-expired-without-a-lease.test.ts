/** Regression: `expire` was answered though the far tier gave it no lease: a load that had begun before stored its value, and it was fresh. */
import { BackendError, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test.each(['through', 'behind'] as const)(
  'an expiry that could not end the loads of its key fails: %s',
  async (write) => {
    const clock = createFakeClock()
    const far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
    const tiers = [memoryBackend({ maxEntries: 9 }), far]
    const backend = hybridBackend({ tiers, write, clock, onTier: () => undefined })
    const cache = createCache({ backend, ttl: '1h', clock })
    const source = Promise.withResolvers<string>()
    const loading = cache.getOrSet('key', () => source.promise)
    await new Promise(setImmediate)
    far.inject('lease', { kind: 'throw', error: new Error('down') })
    await expect(cache.expire({ key: 'key' })).rejects.toThrow(BackendError)
    far.heal()
    await cache.expire({ key: 'key' })
    source.resolve('older')
    await loading
    expect(await cache.get('key')).toBeUndefined()
    await cache.close()
  },
)
