// bentocache 1.6: a loader that ended after its timeout released the lock of the one that had come after it, so that a third
// began beside it.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

test.each(['process', 'shared'] as const)(
  'it leaves the next holder’s slot and lease alone (%s)',
  async (singleFlight) => {
    const [backend, clock] = [new ReferenceBackend({ holds: 'bytes' }), createFakeClock()]
    const [cache, other] = [0, 1].map(() => createCache({ backend, ttl: '1h', clock }))
    const { loader, runs } = heldLoader()
    const pass = async (seconds: number) => {
      for (let step = 0; step < seconds * 10; step++) {
        clock.advanceMs(100)
        await turn()
      }
    }
    const timedOut = cache?.getOrSet('key', loader, { singleFlight, hardTimeout: '1s' }).catch(() => 'timed out')
    await turn()
    await pass(1)
    expect(await timedOut).toBe('timed out')
    await pass(11)
    const next = cache?.getOrSet('key', loader, { singleFlight })
    await pass(1)
    runs[0]?.settle('late')
    await pass(1)
    const third = (singleFlight === 'shared' ? other : cache)?.getOrSet('key', loader, { singleFlight })
    await pass(1)
    expect(runs).toHaveLength(2)
    runs[1]?.settle('value')
    await pass(1)
    expect([await next, await third, await cache?.get('key')]).toEqual(['value', 'value', 'value'])
  },
)
