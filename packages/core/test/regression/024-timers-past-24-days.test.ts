// unstorage 2 and apicache 1.6: a timer per key of more than 24.8 days fired at once, and took the entry with it.
import { createCache, durationMs, systemClock } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test, vi } from 'vitest'

test('a timer that Node cannot count down does not run at once', () => {
  vi.useFakeTimers()
  try {
    let runs = 0
    const cancel = systemClock.schedule(durationMs('delay', '30d'), () => runs++)
    vi.advanceTimersByTime(60_000)
    expect(runs).toBe(0)
    cancel()
  } finally {
    vi.useRealTimers()
  }
})

test('a value kept for a year is there on its last day', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '52w', clock })
  await cache.set('key', 'value')
  clock.advanceMs(durationMs('age', '363d'))
  expect(await cache.get('key')).toBe('value')
})
