/** The exporter on the real OpenTelemetry SDK: what its exporter gets of the caches, and when they go. */
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import { expect, test, vi } from 'vitest'
import { observeCaches } from '../src/opentelemetry.ts'
import { collection } from './collection.ts'
import { muchHappens, watchedCache } from './watched-cache.ts'

test('a collection reads counters, levels and the histogram of loads', async () => {
  const { meter, metrics, points } = collection()
  const watched = watchedCache()
  observeCaches({ meter, caches: [watched.cache] })
  await muchHappens(watched)
  const failed = 'stowage.cache.name=orders,stowage.outcome=failed,error.type=RangeError'
  expect(Object.fromEntries(await points())).toMatchObject({
    'stowage.lookups{stowage.cache.name=orders,stowage.outcome=hit,stowage.tier=memory}': 2,
    'stowage.lookups{stowage.cache.name=orders,stowage.outcome=miss,stowage.reason=fault}': 1,
    'stowage.queue.depth{stowage.cache.name=orders,stowage.queue=invalidations}': 0,
    'stowage.entries.usage{stowage.cache.name=orders}': 1,
    'stowage.storage.limit{stowage.cache.name=orders}': 1_000_000,
    [`stowage.load.duration.count{${failed}}`]: 1,
    [`stowage.load.duration.sum{${failed}}`]: 0.4,
  })
  const collected = await metrics()
  const durations = collected.find(({ descriptor }) => descriptor.name === 'stowage.load.duration')
  expect(durations).toMatchObject({ dataPointType: DataPointType.HISTOGRAM, descriptor: { unit: 's' } })
  expect(durations?.dataPoints[0]?.value).toHaveProperty('buckets.boundaries', expect.arrayContaining([0.001, 60]))
})

test('a collection looks at each cache once, though two calls and many instruments ask', async () => {
  const { meter, points } = collection()
  const [orders, users] = [watchedCache(), watchedCache('users')]
  observeCaches({ meter, caches: [orders.cache] })
  observeCaches({ meter, caches: [users.cache] })
  await points()
  expect([orders, users].map(({ backend }) => backend.callCounts.get('usage'))).toEqual([1, 1])
})

test('a backend that does not answer costs the series of what it holds only, and nothing stays of its cache', async () => {
  const { meter, points } = collection(AggregationTemporality.DELTA)
  const { cache, clock, backend } = watchedCache()
  const asked = Promise.withResolvers<void>()
  // Says when the wait has begun: until then moving time would move nothing.
  const schedule = (delayMs: number, run: () => void) => {
    asked.resolve()
    return clock.schedule(delayMs, run)
  }
  const takeOut = observeCaches({ meter, caches: [cache], clock: { ...clock, schedule } })
  backend.inject('usage', { kind: 'hang' })
  const collected = points()
  await asked.promise
  takeOut()
  clock.advanceMs(1_000)
  expect(Array.from((await collected).keys())).toContain('stowage.deletes{stowage.cache.name=orders}')
  expect(Array.from((await collected).keys())).not.toContain('stowage.entries.usage{stowage.cache.name=orders}')
  expect((await points()).get('stowage.entries.usage{stowage.cache.name=orders}')).toBe(0)
})

test('a cache that comes while nothing is left but a look that goes on is seen', async () => {
  const { meter, points } = collection()
  const [leaving, coming] = [watchedCache('leaving'), watchedCache('coming')]
  const takeOut = observeCaches({ meter, caches: [leaving.cache] })
  takeOut()
  const collected = points()
  observeCaches({ meter, caches: [coming.cache] })
  await collected
  expect((await points()).has('stowage.deletes{stowage.cache.name=coming}')).toBe(true)
})

test('deltas are right although the counters were reset', async () => {
  const { meter, points } = collection(AggregationTemporality.DELTA)
  const { cache } = watchedCache()
  observeCaches({ meter, caches: [cache] })
  const deltas = []
  for (const missCount of [3, 2, 1]) {
    for (let miss = 0; miss < missCount; miss++) await cache.get('nothing there')
    deltas.push(
      (await points()).get('stowage.lookups{stowage.cache.name=orders,stowage.outcome=miss,stowage.reason=absent}'),
    )
    cache.resetStats()
  }
  expect(deltas).toEqual([3, 2, 1])
})

test('of a cache that was closed, or taken out, no level stays', async () => {
  const { meter, points } = collection()
  const [closing, leaving] = [watchedCache('closing'), watchedCache('leaving')]
  observeCaches({ meter, caches: [closing.cache] })
  const takeOut = observeCaches({ meter, caches: [leaving.cache] })
  await closing.cache.set('key', 1)
  await leaving.cache.set('key', 1)
  const held = async () => {
    const collected = await points()
    return ['closing', 'leaving'].map((name) => collected.get(`stowage.entries.usage{stowage.cache.name=${name}}`))
  }
  expect(await held()).toEqual([1, 1])
  await closing.cache.close()
  expect(await held()).toEqual([0, 1])
  takeOut()
  expect(await held()).toEqual([0, 0])
})

test('what was taken out is not looked at any more, and can come back', async () => {
  const { meter, points } = collection()
  const { cache, backend, load } = watchedCache()
  const callback = vi.spyOn(meter, 'removeBatchObservableCallback')
  const takeOut = observeCaches({ meter, caches: [cache] })
  await points()
  takeOut()
  await load(30)
  expect(Array.from((await points()).keys()).filter((point) => point.startsWith('stowage.load.duration'))).toEqual([])
  expect(callback).toHaveBeenCalledTimes(1)
  expect(backend.callCounts.get('usage')).toBe(1)
  observeCaches({ meter, caches: [cache] })
  expect((await points()).get('stowage.entries.usage{stowage.cache.name=orders}')).toBe(1)
})

test('two caches of one name, and what is no meter, are refused', () => {
  const { meter } = collection()
  const { cache } = watchedCache()
  observeCaches({ meter, caches: [cache] })
  expect(() => observeCaches({ meter, caches: [watchedCache().cache] })).toThrow("two are called 'orders'")
  const wrong: object = { meter: {} }
  expect(() => observeCaches({ meter, caches: [cache], ...wrong })).toThrow(
    'meter: an object is not allowed; allowed: what metrics.getMeter() returns',
  )
})
