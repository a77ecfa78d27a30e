// With three tiers a read between the cleaning of two near tiers carried a deleted value back into the nearest one.
import { createCache } from '@stowage/core'
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
    const middle = new ReferenceBackend()
    const plain: unknown = Reflect.get(middle, operation)
    if (typeof plain !== 'function') throw new Error(`no ${operation}`)
    const delayed = async (...args: unknown[]) => {
      for (let turns = 0; turns < 3; turns++) await turn()
      return Reflect.apply(plain, middle, args)
    }
    const near = memoryBackend({ maxEntries: 9 })
    const tiers = [near, middle, new ReferenceBackend({ holds: 'bytes' })]
    const cache = createCache({ backend: hybridBackend({ tiers }), ttl: '1h', clock: createFakeClock() })
    await cache.set('key', 'old', { tags: ['t'] })
    Reflect.set(middle, operation, delayed)
    let done = false
    const removing = (operation === 'delete' ? cache.delete('key') : cache.invalidate({ tags: ['t'] })).then(() => {
      done = true
    })
    while (!done) {
      await cache.get('key')
      await turn()
    }
    await removing
    expect(await cache.get('key')).toBeUndefined()
  },
)
