/** Invalidations that failed and are tried again: what is not written under them, and when they are tried. */
import { BackendError } from '@stowage/core'
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from './faulty-cache.ts'
import { turn } from './held-loader.ts'

const down = { kind: 'throw', error: new Error('down') } as const

let { clock, backend, cache } = faultyCache()

beforeEach(() => {
  ;({ clock, backend, cache } = faultyCache())
})

test('add and update write nothing that the invalidation would destroy, and all else', async () => {
  await cache.set('tagged', 'old', { tags: ['t'] })
  backend.inject('invalidate', down)
  await expect(cache.invalidate({ tags: ['t'] })).rejects.toThrow(BackendError)
  await expect(cache.add('new', 1, { tags: ['t'] })).rejects.toThrow(/has not come through yet/)
  await expect(cache.update('tagged', () => 'newer', { tags: ['t'] })).rejects.toThrow(/has not come through yet/)
  expect(await cache.add('other', 1, { tags: ['u'] })).toBe(true)
  backend.heal()
  expect(await cache.add('new', 1, { tags: ['t'] })).toBe(true)
  clock.advanceMs(10_000)
  await turn()
  expect([await cache.get('new'), await cache.get('tagged'), await cache.get('other')]).toEqual([1, undefined, 1])
})

test('tries come after pauses that double up to ten seconds, and from the beginning after a success', async () => {
  const fail = async () => {
    backend.inject('invalidate', down)
    await expect(cache.invalidate({ tags: ['t'] })).rejects.toThrow(BackendError)
  }
  const pauseMs = async () => {
    const before = backend.callCounts.get('invalidate')
    for (let passedMs = 0; passedMs < 60_000; passedMs += 100) {
      if (backend.callCounts.get('invalidate') !== before) return passedMs
      clock.advanceMs(100)
      await turn()
    }
    return 'never'
  }
  await fail()
  const pauses: unknown[] = []
  for (let tries = 0; tries < 9; tries++) pauses.push(await pauseMs())
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000])
  backend.heal()
  expect(await pauseMs()).toBe(10_000)
  await fail()
  expect(await pauseMs()).toBe(100)
})

test('one that is asked for again while it is tried waits once', async () => {
  backend.inject('delete', down)
  await expect(cache.delete('key')).rejects.toThrow(BackendError)
  backend.inject('delete', { kind: 'hang' })
  clock.advanceMs(100)
  await turn()
  backend.inject('delete', down)
  await expect(cache.delete('key')).rejects.toThrow(BackendError)
  clock.advanceMs(2_000)
  await turn()
  expect(cache.stats()).toMatchObject({ faults: 3, queues: { invalidations: 1 } })
})
