// The lease of a step that never ended was renewed for as long as the process ran, after close too: a fault each time.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { passTime, turn } from '../held-loader.ts'

class CountingBackend extends ReferenceBackend {
  renewals = 0

  override renew(...asked: Parameters<ReferenceBackend['renew']>): boolean {
    this.renewals++
    return super.renew(...asked)
  }
}

test.each(['the last cache', 'one of two caches'])(
  'a step that hangs is left alone once %s on a backend is closed',
  async (which) => {
    const clock = createFakeClock()
    const backend = new CountingBackend()
    const cache = createCache({ backend, ttl: '1h', clock })
    const other = which === 'one of two caches' ? createCache({ backend, ttl: '1h', clock }) : undefined
    cache.update('key', () => new Promise<number>(() => undefined)).catch(() => undefined)
    await turn()
    clock.advanceMs(200_000)
    await turn()
    const closed = cache.close()
    await passTime(clock, 10_000)
    await closed
    const renewalsOfTheStep = backend.renewals
    expect(renewalsOfTheStep).toBe(1)
    for (let rounds = 0; rounds < 3; rounds++) {
      clock.advanceMs(200_000)
      await turn()
    }
    // The one that had been planned.
    expect(backend.renewals - renewalsOfTheStep).toBeLessThanOrEqual(1)
    await other?.close()
  },
)
