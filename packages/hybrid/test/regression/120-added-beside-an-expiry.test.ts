/** Regression: written behind, what was added or loaded while `expire` ended the loads of its key could be answered, given out and then lost. */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await new Promise(setImmediate)
}

/** Turns after which the other begins: all moments of what ends the loads of a key. */
const MOMENTS = 40

const stores: readonly (readonly [string, (cache: Cache) => Promise<unknown>])[] = [
  ['add', (cache) => cache.add('key', 'value', { ttl: '1h', tags: ['t'] })],
  ['getOrSet', (cache) => cache.getOrSet('key', () => turns(4).then(() => 'value'), { tags: ['t'] })],
]

const ends: readonly (readonly [string, (cache: Cache) => Promise<unknown>])[] = [
  ['expire', (cache) => cache.expire({ key: 'key' })],
  ['delete', (cache) => cache.delete('key')],
  ['invalidate', (cache) => cache.invalidate({ tags: ['t'] })],
]

const pairs = stores.flatMap(([what, store]) => ends.map(([how, end]) => [what, how, store, end] as const))

test.each(pairs)('what %s has stored beside %s is not given out and then lost', async (_, __, store, end) => {
  for (let moment = 0; moment < MOMENTS; moment++) {
    const clock = createFakeClock()
    const far = lateFar()
    const tiers = [memoryBackend({ maxEntries: 9 }), far]
    const cache = createCache({ backend: hybridBackend({ tiers, write: 'behind', clock }), ttl: '1h', clock })
    const ending = end(cache)
    await turns(moment)
    await Promise.all([store(cache), ending])
    const given = await cache.get('key')
    clock.advanceMs(1_000)
    await turns(30)
    expect.soft([moment, await cache.get('key')]).toEqual([moment, given])
    await cache.close()
  }
})

/** Reads, deletes and invalidates some turns after it was asked to. */
function lateFar() {
  const store = new ReferenceBackend({ holds: 'bytes' })
  const [get, remove, invalidate] = [store.get.bind(store), store.delete.bind(store), store.invalidate.bind(store)]
  return Object.assign(store, {
    get: (...given: Parameters<typeof get>) => turns(5).then(() => get(...given)),
    delete: (...given: Parameters<typeof remove>) => turns(8).then(() => remove(...given)),
    invalidate: (...given: Parameters<typeof invalidate>) => turns(8).then(() => invalidate(...given)),
  })
}
