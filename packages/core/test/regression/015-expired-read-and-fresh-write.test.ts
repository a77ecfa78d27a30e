// keyv 6.1: a read that found an expired or unreadable value deleted the key, and with it what had been stored meanwhile.
// async-cache-dedupe 3.4: so did the timer of the expired value, for a load more.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { turn } from '../held-loader.ts'

test.each(['expired', 'unreadable'] as const)('what is stored while an %s value is being read stays', async (what) => {
  const { clock, backend, cache } = faultyCache({ ttl: '1s' })
  if (what === 'unreadable') backend.inject('set', { kind: 'torn' })
  await cache.set('key', 'old')
  backend.heal()
  if (what === 'expired') clock.advanceMs(1_000)
  backend.inject('get', { kind: 'late', delayMs: 10 })
  const reading = cache.get('key')
  await turn()
  await cache.set('key', 'new')
  clock.advanceMs(10)
  expect(await reading).toBeUndefined()
  backend.heal()
  expect(await cache.get('key')).toBe('new')
})

test('an expired value costs one load', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1s', clock })
  for (let at = 0; at < 2; at++) {
    for (let asked = 0; asked < 5; asked++) {
      await cache.getOrSet('key', () => at)
      await turn()
    }
    clock.advanceMs(1_000)
  }
  expect(cache.stats().loads).toBe(2)
})
