// A read of a sliding entry gave it its ttl anew after its schema had looked at it: what had shortened or prolonged its life meanwhile was undone.
import { type Cache, createCache, type Schema } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

/** Takes an entry for the same after its life has changed: what undid nothing here does not rest on the backend's own look (B27). */
class InPlace extends ReferenceBackend {
  override touch(...[key, , times, nowMs, leases]: Parameters<ReferenceBackend['touch']>): boolean {
    const now = this.get(key, nowMs)
    return typeof now !== 'string' && super.touch(key, now, times, nowMs, leases)
  }
}

let clock: FakeClock
let cache: Cache

beforeEach(async () => {
  clock = createFakeClock()
  cache = createCache({ backend: new InPlace(), ttl: '10s', clock })
  await cache.set('key', 'value', { sliding: true, staleWhileRevalidate: '1h' })
  clock.advanceMs(5_000)
})

/** Reads while a schema is held up, and does something before it answers. */
async function meanwhile(something: () => Promise<unknown>) {
  const gate = Promise.withResolvers<void>()
  const schema: Schema = { '~standard': { validate: (value) => gate.promise.then(() => ({ value })) } }
  const reading = cache.get('key', { schema })
  await turn()
  await something()
  gate.resolve()
  expect(await reading).toBe('value')
  return cache.lookup('key')
}

test('what was made stale stays so', async () => {
  expect(await meanwhile(() => cache.expire({ key: 'key' }))).toMatchObject({ outcome: 'stale' })
})

test('what was given an hour keeps it', async () => {
  expect(await meanwhile(() => cache.touch('key', '1h'))).toMatchObject({ ttlLeftMs: 3_600_000 })
})
