/**
 * Regression: written behind, a key that was written faster than the far tier gives fences never got there while its writes went on, and
 * what waited for the queue (usage, sweep, invalidations, leases, touch) waited as long: faults of a sound tier.
 */
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { afterEach, beforeEach, expect, test } from 'vitest'

const turn = () => new Promise(setImmediate)

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await turn()
}

/** A far tier that takes some turns of the loop for whatever the queue asks of it, while a key is written at each turn. */
function setUp() {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  const [set, lease] = [store.set.bind(store), store.lease.bind(store)]
  const written: string[] = []
  const far = Object.assign(store, {
    async set(...given: Parameters<typeof set>) {
      await turns(3)
      written.push(given[0])
      return set(...given)
    },
    lease: (...given: Parameters<typeof lease>) => turns(3).then(() => lease(...given)),
  })
  const tiers = [memoryBackend({ maxEntries: 9 }), far]
  const cache = createCache({ backend: hybridBackend({ tiers, write: 'behind', clock }), ttl: '1h', clock })
  return { clock, far, cache, written, fromAfar: createCache({ backend: far, ttl: '1h', clock }) }
}

let stopWriting = async () => {}
let { clock, cache, written, fromAfar } = setUp()

beforeEach(async () => {
  ;({ clock, cache, written, fromAfar } = setUp())
  let isOver = false
  const write = async () => {
    for (let count = 1; !isOver; count++) {
      await cache.set('hot', count, { tags: ['t'] })
      await turn()
    }
  }
  const writing = write()
  stopWriting = async () => {
    isOver = true
    await writing
  }
  await turns(20)
})

afterEach(async () => {
  await stopWriting()
  await cache.close()
})

test('it is afar after each interval, once', async () => {
  for (let count = 1; count <= 3; count++) {
    clock.advanceMs(1_000)
    await turns(20)
    expect(written).toEqual(Array(count).fill('hot'))
  }
  expect(await fromAfar.get('hot')).toBeGreaterThan(1)
  await stopWriting()
  await cache.set('hot', 'last')
  clock.advanceMs(1_000)
  await turns(20)
  expect(await fromAfar.get('hot')).toBe('last')
})

test.each<[string, () => Promise<unknown>]>([
  ['usage', () => cache.usage()],
  ['sweep', () => cache.sweep()],
  ['invalidate', () => cache.invalidate({ tags: ['t'] })],
  ['add', () => cache.add('hot', 0)],
  ['listing', () => Array.fromAsync(cache.keys())],
])('%s ends while its writes go on', async (_, act) => {
  let hasEnded = false
  const acting = act().finally(() => {
    hasEnded = true
  })
  for (let at = 0; at < 500 && !hasEnded; at++) await turn()
  expect(hasEnded).toBe(true)
  await acting
})

test('what is replaced while it waits for its fence is not written behind a deletion', async () => {
  clock.advanceMs(1_000)
  await turn()
  await stopWriting()
  await cache.delete('hot')
  await turns(20)
  expect(await fromAfar.get('hot')).toBeUndefined()
  expect(await cache.get('hot')).toBeUndefined()
})
