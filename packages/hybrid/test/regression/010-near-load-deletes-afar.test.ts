// A load for near tiers only deleted afar without its lease: a newer `set` of that moment was gone everywhere.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const memory = () => memoryBackend({ maxEntries: 9 })
const turn = () => new Promise(setImmediate)

function setUp(write: 'through' | 'behind') {
  const clock = createFakeClock()
  const store = memory()
  // Nobody closes it: what is there afterwards is looked at.
  store.close = () => undefined
  const far = faultyBackend(store, clock)
  const backend = hybridBackend({ tiers: [memory(), far], write, clock, onTier: () => undefined })
  const other = hybridBackend({ tiers: [memory(), far], clock, onTier: () => undefined })
  return {
    clock,
    store,
    far,
    cache: createCache({ backend, ttl: '1h', clock }),
    other: createCache({ backend: other, ttl: '1h', clock }),
  }
}

const WAYS = [
  ['itself', 'through'],
  ['itself', 'behind'],
  ['another', 'through'],
  ['another', 'behind'],
] as const

test.each(WAYS)('a set by %s while its lease is renewed stays, written %s', async (who, write) => {
  const { clock, store, cache, far, other } = setUp(write)
  const source = Promise.withResolvers<string>()
  const load = cache.getOrSet('key', () => source.promise, { tier: 'near' })
  await turn()
  far.inject('renew', { kind: 'late', delayMs: 5 })
  source.resolve('older')
  await turn()
  const writer = who === 'another' ? other : cache
  const set = writer.set('key', 'newer')
  await turn()
  clock.advanceMs(5)
  await Promise.all([load, set])
  await writer.close()
  expect(await createCache({ backend: store, ttl: '1h', clock }).get('key')).toBe('newer')
})

test('an update of that moment is not lost, written behind', async () => {
  for (let moment = 0; moment < 24; moment++) {
    const { clock, cache } = setUp('behind')
    const { promise, resolve } = Promise.withResolvers<void>()
    const load = cache.getOrSet('key', () => promise.then(() => 'older'), { tier: 'near' })
    await turn()
    resolve()
    for (let at = 0; at < moment; at++) await Promise.resolve()
    const made = await cache.update<string>('key', (old) => `${old ?? ''}+`)
    await load
    clock.advanceMs(1_000)
    for (let at = 0; at < 5; at++) await turn()
    // The load's value where it has replaced the update's; never nothing.
    expect.soft([moment, made, ['+', 'older'].includes(String(await cache.get('key')))]).toEqual([moment, '+', true])
  }
})

test('where the far tier cannot delete, what it still has is not served', async () => {
  const { clock, far, cache } = setUp('through')
  await cache.set('key', 'old', { tier: 'far' })
  const source = Promise.withResolvers<string>()
  const load = cache.getOrSet('key', () => source.promise, { tier: 'near', fresh: true })
  await turn()
  for (const operation of ['delete', 'lease'] as const)
    far.inject(operation, { kind: 'throw', error: new Error('down') })
  source.resolve('newer')
  expect(await load).toBe('newer')
  expect(await cache.get('key')).toBe('newer')
  clock.advanceMs(31_000)
  expect(await cache.get('key')).toBeUndefined()
})
