// A value was served that an invalidation covered which was waiting when the read began and had come through when it ended; and one that can never come through kept all others from it.
import { BackendError, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { turn } from '../held-loader.ts'

const down = { kind: 'throw', error: new Error('down') } as const

/** A deletion of 'key' has failed, and succeeds 100 ms from now; who reads in between is answered after 300 ms. */
async function waitingDeletion() {
  const { clock, backend, cache } = faultyCache()
  await cache.set('key', 'old')
  backend.inject('delete', down)
  await expect(cache.delete('key')).rejects.toThrow(BackendError)
  backend.inject('get', { kind: 'late', delayMs: 300 })
  const comeThrough = async () => {
    await turn()
    backend.heal()
    clock.advanceMs(100)
    await turn()
    expect(cache.stats().queues.invalidations).toBe(0)
    clock.advanceMs(200)
  }
  return { cache, comeThrough }
}

test('a read that began before gives nothing', async () => {
  const { cache, comeThrough } = await waitingDeletion()
  const reading = cache.lookup('key')
  await comeThrough()
  expect(await reading).toEqual({ outcome: 'miss', reason: 'invalidated' })
})

test('nor does a step that began before find it there', async () => {
  const { cache, comeThrough } = await waitingDeletion()
  const adding = cache.add('key', 'new')
  await comeThrough()
  expect([await adding, await cache.get('key')]).toEqual([true, 'new'])
})

test('a deletion that fails whenever it is tried keeps no other waiting', async () => {
  let isDown = true
  class Poisoned extends ReferenceBackend {
    override delete(...call: Parameters<ReferenceBackend['delete']>): boolean {
      if (isDown || call[0] === 'poison') throw new Error('down')
      return super.delete(...call)
    }
  }
  const clock = createFakeClock()
  const cache = createCache({ backend: new Poisoned(), ttl: '1h', clock })
  await cache.set('key', 'old')
  for (const key of ['poison', 'key']) await expect(cache.delete(key)).rejects.toThrow(BackendError)
  isDown = false
  for (const pauseMs of [100, 200]) {
    clock.advanceMs(pauseMs)
    await turn()
  }
  expect(cache.stats().queues.invalidations).toBe(1)
  expect(await cache.set('key', 'new')).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toBe('new')
})
