/** Regression: a touch, or a hit of a sliding entry, that was under way while the entry was expired gave it a new life. */
import { type Backend, type Cache, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

/** Two caches on one store; what one of them reads arrives there when the test says so. */
function world() {
  const clock = createFakeClock()
  const store = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const arrival = Promise.withResolvers<void>()
  const { getMany: _, ...oneByOne } = store
  const distant: Backend = {
    ...oneByOne,
    get truth() {
      return distant
    },
    get: (key, nowMs) => arrival.promise.then(() => store.get(key, nowMs)),
  }
  const [near, far] = [store, distant].map((backend) => createCache({ backend, ttl: '1m', clock }))
  return { clock, near, far, arrive: arrival.resolve }
}

test.each([
  ['a touch', (cache?: Cache) => cache?.touch('key', '1h')],
  ['a hit of a sliding entry', (cache?: Cache) => cache?.get('key')],
])('what is expired stays so, though %s was under way', async (_, begin) => {
  const { clock, near, far, arrive } = world()
  await near?.set('key', 'value', { sliding: true })
  clock.advanceMs(30_000)
  const underWay = begin(far)
  clock.advanceMs(1_000)
  await near?.expire({ key: 'key' })
  arrive()
  await underWay
  expect(await near?.get('key')).toBeUndefined()
})
