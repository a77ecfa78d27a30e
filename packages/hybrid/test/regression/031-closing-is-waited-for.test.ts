// A process whose last wait was for closing a hybrid, of which a tier or the bus did not end, ended before that had failed: the time that these have did not keep it alive.
import type { Bus } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test, vi } from 'vitest'

const TIMER: unknown = expect.any(Function)

test('the time of a tier and a bus that are closed is awaited; that of a message that is sent is not', async () => {
  const clock = createFakeClock()
  const schedule = vi.spyOn(clock, 'schedule')
  const far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  far.inject('close', { kind: 'hang' })
  const inner = new TestBus().attach()
  const bus: Bus = {
    publish: async (message) => inner.publish(message),
    subscribe: (listener) => inner.subscribe(listener),
    onGap: (listener) => inner.onGap(listener),
    close: () => new Promise<void>(() => undefined),
  }
  const backend = hybridBackend({ tiers: [new ReferenceBackend(), far], bus, clock, onTier: () => undefined })
  await backend.delete('key', clock.nowMs(), undefined)
  expect(schedule.mock.calls).toContainEqual([1_000, TIMER, false])
  const closing = expect(backend.close()).rejects.toThrow('took longer than 10000 ms')
  await new Promise(setImmediate)
  expect(schedule.mock.calls).toContainEqual([10_000, TIMER, true])
  clock.advanceMs(10_000)
  await new Promise(setImmediate)
  expect(schedule.mock.calls).toContainEqual([1_000, TIMER, true])
  clock.advanceMs(1_000)
  await closing
})
