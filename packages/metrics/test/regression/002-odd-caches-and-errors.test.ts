// An array with undefined among its caches passed the check and failed as a TypeError; an error whose name could not be read ended a process that traced loads, and a name of any length or kind became an attribute; what was loading when tracing stopped left a span without an end.
import * as api from '@opentelemetry/api'
import { ConfigError } from '@stowage/core'
import * as client from 'prom-client'
import { expect, test } from 'vitest'
import { reportStats } from '../../src/events.ts'
import { traceLoads } from '../../src/opentelemetry.ts'
import { cacheMetrics } from '../../src/prometheus.ts'
import { recordSpans } from '../recorded-spans.ts'
import { watchedCache } from '../watched-cache.ts'

const allowed = 'allowed: an array of what createCache() returns'

test.each<[string, string, unknown]>([
  ['undefined in an array', 'undefined', [undefined]],
  ['undefined behind a cache', 'undefined', [watchedCache, undefined].slice(1)],
  ['null', 'null', null],
  ['an array of arrays', 'an array', [[]]],
  ['a symbol', 'Symbol(x)', Symbol('x')],
  ['a function', 'a function', () => undefined],
])('%s is no array of caches', (_, shown, caches) => {
  for (const attempt of [
    (): unknown => Reflect.apply(cacheMetrics, undefined, [{ client, register: new client.Registry(), caches }]),
    (): unknown => Reflect.apply(reportStats, undefined, [{ caches, every: '1m', sink: () => undefined }]),
  ]) {
    expect(attempt).toThrow(ConfigError)
    expect(attempt).toThrow(`caches: ${shown} is not allowed; ${allowed}`)
  }
})

const unreadable = Object.defineProperty(new Error('x'), 'name', {
  get() {
    throw new Error('not for you')
  },
})

test.each<[string, unknown]>([
  ['that cannot be read', unreadable],
  ['that is no text', Object.defineProperty(new Error('x'), 'name', { value: 7 })],
  ['that is empty', Object.defineProperty(new Error('x'), 'name', { value: '' })],
  ['longer than any class has', Object.defineProperty(new Error('x'), 'name', { value: 'x'.repeat(101) })],
])('an error with a name %s is one of the others', async (_, thrown) => {
  const { tracer, spans } = recordSpans()
  const { cache } = watchedCache()
  const stop = traceLoads({ api, tracer })
  await expect(cache.getOrSet('key', () => Promise.reject(thrown))).rejects.toBe(thrown)
  stop()
  expect(spans).toMatchObject([{ attributes: { 'error.type': '_OTHER' }, ended: true }])
})

test('what is loading when tracing stops still ends its span, and nothing later is traced', async () => {
  const { tracer, spans } = recordSpans()
  const { cache } = watchedCache()
  const stop = traceLoads({ api, tracer })
  const begun = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<number>()
  const load = cache.getOrSet('slow', () => {
    begun.resolve()
    return answered.promise
  })
  await begun.promise
  stop()
  stop()
  await cache.getOrSet('later', () => 1)
  expect(spans).toMatchObject([{ ended: false }])
  answered.resolve(1)
  await load
  await cache.getOrSet('last', () => 1)
  expect(spans).toMatchObject([{ ended: true }])
})
