// What a loader threw without a text ended the process that traced it; modules and registries that are none failed as a TypeError from within.
import * as api from '@opentelemetry/api'
import { ConfigError } from '@stowage/core'
import * as client from 'prom-client'
import { expect, test } from 'vitest'
import { traceLoads } from '../../src/opentelemetry.ts'
import { cacheMetrics } from '../../src/prometheus.ts'
import { recordSpans } from '../recorded-spans.ts'
import { watchedCache } from '../watched-cache.ts'

test('a loader may throw anything', async () => {
  const { tracer, spans } = recordSpans()
  const { cache } = watchedCache()
  const stop = traceLoads({ api, tracer })
  const textless: unknown = Object.create(null)
  const thrown = await cache.getOrSet('key', () => Promise.reject(textless)).catch((error: unknown) => error)
  stop()
  expect(thrown).toBe(textless)
  expect(spans).toMatchObject([{ status: { message: 'something without a text' }, ended: true }])
})

const telemetry = "the module: import * as api from '@opentelemetry/api'"
const registry = 'a Registry of prom-client'
const seconds = 'rising numbers of seconds above 0'

test.each<[string, object, string]>([
  ['no module', { api: undefined }, `api: undefined is not allowed; allowed: ${telemetry}`],
  ['a module without tracers', { api: { context: api.context, trace: {} } }, telemetry],
])('traceLoads refuses %s', (_, wrong, message) => {
  const attempt = () => traceLoads({ api, ...wrong })
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow(message)
})

test.each<[string, object, string]>([
  ['a registry that is none', { register: {} }, `register: an object is not allowed; allowed: ${registry}`],
  ['buckets that are no list', { buckets: 'x' }, `buckets: 'x' is not allowed; allowed: ${seconds}`],
])('cacheMetrics refuses %s', (_, wrong, message) => {
  const { cache } = watchedCache()
  const attempt = () => cacheMetrics({ client, register: new client.Registry(), caches: [cache], ...wrong })
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow(message)
})
