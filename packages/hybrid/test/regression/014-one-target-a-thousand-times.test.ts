// Each repetition of one failed invalidation counted: after 1,001 of one tag the whole tier was emptied, and all copies of others.
import { type Bus, type BusChange, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const memory = () => memoryBackend({ maxEntries: 9 })
const turn = () => new Promise(setImmediate)

test('the tier keeps what the target does not cover', async () => {
  const clock = createFakeClock()
  const far = faultyBackend(memory(), clock)
  const backend = hybridBackend({ tiers: [memory(), far], clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock })
  await cache.set('key', 'kept', { tier: 'far' })
  await cache.set('hot', 'gone', { tier: 'far', tags: ['hot'] })
  far.inject('invalidate', { kind: 'throw', error: new Error('down') })
  for (let at = 0; at < 1_001; at++) await cache.invalidate({ tags: ['hot'] })
  far.heal()
  for (let at = 0; at < 5; at++) {
    clock.advanceMs(10_000)
    await turn()
  }
  expect([await cache.get('key'), await cache.get('hot')]).toEqual(['kept', undefined])
})

test('others are told once', async () => {
  const clock = createFakeClock()
  const told: BusChange[] = []
  const cut = { isOff: true }
  const bus: Bus = {
    publish({ change }) {
      if (cut.isOff) throw new Error('down')
      told.push(change)
    },
    subscribe: () => () => undefined,
    onGap: () => () => undefined,
    close: () => undefined,
  }
  const backend = hybridBackend({ tiers: [memory(), memory()], bus, clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock })
  for (let at = 0; at < 1_001; at++) await cache.invalidate({ tags: ['hot'] })
  cut.isOff = false
  clock.advanceMs(10_000)
  await turn()
  expect(told).toEqual([{ tags: [expect.stringContaining('hot')] }])
})
