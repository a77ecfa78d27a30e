/** Regression: a look at a backend that does not answer kept no process alive: where nothing else did, it ended without the last events that `stop` was to wait for, or in the middle of a scrape (exit code 13). */
import { createFakeClock } from '@stowage/core/testing'
import * as client from 'prom-client'
import { expect, test, vi } from 'vitest'
import { reportStats, type StatsEvent } from '../../src/events.ts'
import { cacheMetrics } from '../../src/prometheus.ts'
import { watchedCache } from '../watched-cache.ts'

function unansweredLook() {
  const { cache, backend } = watchedCache()
  backend.inject('usage', { kind: 'hang' })
  const clock = createFakeClock()
  const schedule = vi.spyOn(clock, 'schedule')
  return { caches: [cache], clock, awaited: () => schedule.mock.calls.filter(([, , isAwaited]) => isAwaited) }
}

test('a last event is waited for', async () => {
  const { caches, clock, awaited } = unansweredLook()
  const events: StatsEvent[] = []
  const stop = reportStats({ caches, clock, every: '1m', sink: (event) => void events.push(event) })
  expect(awaited()).toHaveLength(0)
  const stopped = stop()
  await new Promise(setImmediate)
  expect(awaited()).toHaveLength(1)
  clock.advanceMs(1_000)
  await stopped
  expect(events).toMatchObject([{ cache: 'orders', volume: null }])
})

test('a scrape is waited for', async () => {
  const { caches, clock, awaited } = unansweredLook()
  const register = new client.Registry()
  cacheMetrics({ client, register, caches, clock })
  const text = register.metrics()
  expect(awaited()).toHaveLength(1)
  clock.advanceMs(1_000)
  expect(await text).toContain('stowage_deletes_total{cache="orders"} 0')
})
