// A caller that held the event loop for longer than backendTimeout, while an answer was on its way, cost it that answer: the time in which none can come was counted.
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { turn } from '../held-loader.ts'

const HELD_MS = 10_000

test('it comes as late as it would have come without', async () => {
  const { clock, backend, cache } = faultyCache({ backendTimeout: 100 })
  await cache.set('key', 1)
  backend.inject('get', { kind: 'late', delayMs: HELD_MS + 70 })
  const reading = cache.get('key')
  await turn()
  clock.advanceMs(50)
  clock.jumpToMs(clock.nowMs() + HELD_MS)
  clock.advanceMs(20)
  await turn()
  expect([await reading, cache.stats().faults]).toEqual([1, 0])
})

test('one that never comes is given up all the same', async () => {
  const { clock, backend, cache } = faultyCache({ backendTimeout: 100, onFault: 'throw' })
  await cache.set('key', 1)
  backend.inject('get', { kind: 'hang' })
  const reading = cache.get('key')
  const failed = expect(reading).rejects.toMatchObject({ cause: { name: 'TimeoutError' } })
  await turn()
  clock.jumpToMs(clock.nowMs() + HELD_MS)
  clock.advanceMs(100)
  await failed
})
