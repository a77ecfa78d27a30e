/** Regression: what is no clock was taken, and ended the first scrape, or the report, in a bare TypeError. */
import { metrics } from '@opentelemetry/api'
import { ConfigError } from '@stowage/core'
import * as client from 'prom-client'
import { expect, test } from 'vitest'
import { reportStats } from '../../src/events.ts'
import { observeCaches } from '../../src/opentelemetry.ts'
import { cacheMetrics } from '../../src/prometheus.ts'
import { watchedCache } from '../watched-cache.ts'

test.each<[string, (...args: never[]) => unknown, object]>([
  ['cacheMetrics', cacheMetrics, { client, register: new client.Registry() }],
  ['observeCaches', observeCaches, { meter: metrics.getMeter('clocks') }],
  ['reportStats', reportStats, { every: '1m', sink: () => undefined }],
])('%s refuses it by name', (_, begin, options) => {
  const { cache } = watchedCache()
  const attempt = (): unknown => Reflect.apply(begin, undefined, [{ ...options, caches: [cache], clock: {} }])
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow('clock: an object is not a clock; allowed: an object with nowMs and schedule')
})
