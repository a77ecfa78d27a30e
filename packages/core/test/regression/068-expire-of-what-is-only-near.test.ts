// `expire` asked only the tier that holds everything: what was only in a nearer one stayed fresh.
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

/** Keeps everything near, as what is placed there; a touch is the far tier's, and forgets what is near. */
class NearOnly extends ReferenceBackend {
  readonly #far = new ReferenceBackend()

  override get truth(): Backend {
    return this.#far
  }

  override touch(...[key, seen, times, nowMs, leases]: Parameters<ReferenceBackend['touch']>): boolean {
    this.delete(key, nowMs, undefined)
    return this.#far.touch(key, seen, times, nowMs, leases)
  }
}

test('what only a nearer tier has is not served fresh any more', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new NearOnly(), ttl: '1h', clock })
  await cache.set('key', 'value', { tier: 'near' })
  expect(await cache.get('key')).toBe('value')
  await cache.expire({ key: 'key' })
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'absent' })
})
