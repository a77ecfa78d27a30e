/** Spans round loads: whose children they are, whose parents, and when they end. */
import * as api from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { traceLoads } from '../src/opentelemetry.ts'
import { recordSpans } from './recorded-spans.ts'
import { watchedCache } from './watched-cache.ts'

test('what a loader traces is a child of its load, whose parent is the caller; nobody else is', async () => {
  const { tracer, spans } = recordSpans()
  const { cache } = watchedCache()
  cache.on('write', () => tracer.startSpan('write').end())
  const stop = traceLoads({ api, tracer })
  const answered = Promise.withResolvers<string>()
  const request = tracer.startSpan('request')
  await api.context.with(api.trace.setSpan(api.context.active(), request), async () => {
    const waiting = cache.getOrSet('key', async () => {
      tracer.startSpan('query').end()
      const answer = await answered.promise
      tracer.startSpan('query after waiting').end()
      return answer
    })
    tracer.startSpan('beside').end()
    const load = await started(() => spans.find(({ name }) => name === 'stowage.load'))
    expect(load.ended).toBe(false)
    answered.resolve('answer')
    await waiting
    tracer.startSpan('afterwards').end()
  })
  stop()
  await cache.getOrSet('another', () => tracer.startSpan('untraced').end())
  expect(spans.map(({ name, parent }) => `${parent} > ${name}`)).toEqual([
    'undefined > request',
    'request > beside',
    'request > stowage.load',
    'stowage.load > query',
    'stowage.load > query after waiting',
    'request > write',
    'request > afterwards',
    'undefined > untraced',
  ])
  expect(spans.find(({ name }) => name === 'stowage.load')).toMatchObject({
    attributes: { 'stowage.cache.name': 'orders', 'stowage.background': false },
    status: { code: api.SpanStatusCode.UNSET },
    ended: true,
  })
})

test('a failed load is an error of its kind', async () => {
  const { tracer, spans } = recordSpans()
  const { load } = watchedCache()
  const stop = traceLoads({ api, tracer })
  await load(30, new RangeError('no such order'))
  stop()
  expect(spans).toMatchObject([
    {
      attributes: { 'error.type': 'RangeError' },
      status: { code: api.SpanStatusCode.ERROR, message: 'no such order' },
      ended: true,
    },
  ])
})

test('an API that cannot attach a context is refused', () => {
  const { tracer } = recordSpans()
  const older: object = { api: { ...api, context: { active: () => api.ROOT_CONTEXT } } }
  expect(() => traceLoads({ api, tracer, ...older })).toThrow(
    'api.context: an object is not allowed; allowed: that of @opentelemetry/api 1.10 or later',
  )
})

/** What is there after some turns of the loop. */
async function started<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find()
    if (found !== undefined) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}
