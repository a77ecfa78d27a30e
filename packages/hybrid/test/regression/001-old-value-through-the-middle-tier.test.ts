// With three tiers a read between the cleaning of two near tiers carried a deleted value back into the nearest one.
import { createCache, type MaybePromise } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const turn = () => new Promise(setImmediate)

test('a read during a deletion leaves nothing behind that outlives it', async () => {
  for (const lateGet of [0, 10, 30]) {
    const clock = createFakeClock()
    const middle = faultyBackend(new ReferenceBackend(), clock)
    const tiers = [memoryBackend({ maxEntries: 9 }), middle, new ReferenceBackend({ holds: 'bytes' })]
    const cache = createCache({ backend: hybridBackend({ tiers }), ttl: '1h', clock })
    await cache.set('key', 'old', { tags: ['t'] })
    await tiers[0]?.delete('key', clock.nowMs(), undefined)
    middle.inject('delete', { kind: 'late', delayMs: 20 })
    if (lateGet > 0) middle.inject('get', { kind: 'late', delayMs: lateGet })
    const reading = cache.get('key')
    const deleting = cache.delete('key')
    const rereading = cache.get('key')
    for (let steps = 0; steps < 10; steps++) {
      await turn()
      clock.advanceMs(10)
    }
    await Promise.all([reading, deleting, rereading])
    middle.heal()
    expect(await cache.get('key'), `get late by ${lateGet} ms`).toBeUndefined()
  }
})

test.each(['delete', 'invalidate'] as const)(
  'also while the %s is still on its way to the middle tier',
  async (operation) => {
    const inner = new ReferenceBackend()
    const middle = faultyBackend(inner, createFakeClock())
    const late = async <T>(act: () => MaybePromise<T>): Promise<T> => {
      for (let turns = 0; turns < 3; turns++) await turn()
      return act()
    }
    const near = memoryBackend({ maxEntries: 9 })
    const tiers = [near, middle, new ReferenceBackend({ holds: 'bytes' })]
    const cache = createCache({ backend: hybridBackend({ tiers }), ttl: '1h', clock: createFakeClock() })
    await cache.set('key', 'old', { tags: ['t'] })
    middle.delete = (key, nowMs, lease) => late(() => inner.delete(key, nowMs, lease))
    middle.invalidate = (target) => late(() => inner.invalidate(target))
    let done = false
    const remove = async () => {
      await (operation === 'delete' ? cache.delete('key') : cache.invalidate({ tags: ['t'] }))
      done = true
    }
    const removing = remove()
    while (!done) {
      await cache.get('key')
      await turn()
    }
    await removing
    expect(await cache.get('key')).toBeUndefined()
  },
)
