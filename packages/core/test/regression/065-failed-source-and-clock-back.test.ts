// A clock that was set back an hour kept a source that had failed once from being asked for an hour, not for `retryAfterError`.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

test('the source is asked again after the pause, whatever the clock says', async () => {
  const time = createFakeClock()
  let backMs = 0
  const clock = { ...time, nowMs: () => time.nowMs() - backMs, tickMs: () => time.nowMs() }
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', staleWhileRevalidate: '1d', clock })
  await cache.set('key', 'old')
  time.advanceMs(3 * 3_600_000)
  let askedCount = 0
  const ask = async (): Promise<void> => {
    await cache.getOrSet('key', () => Promise.reject(new Error(`asked ${++askedCount} times`)))
    await turn()
  }
  await ask()
  backMs = 3_600_000
  time.advanceMs(999)
  await ask()
  expect(askedCount).toBe(1)
  time.advanceMs(1)
  await ask()
  expect(askedCount).toBe(2)
})
