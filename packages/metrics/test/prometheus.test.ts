/** The exporter on real prom-client registries: what a scrape reads, what it costs, and what stays when caches go. */
import { createRequire } from 'node:module'
import { ConfigError, yieldToLoop } from '@stowage/core'
import * as client from 'prom-client'
import { expect, test, vi } from 'vitest'
import { cacheMetrics } from '../src/prometheus.ts'
import { scrape, total } from './scrape.ts'
import { muchHappens, watchedCache } from './watched-cache.ts'

test('a scrape reads counters, gauges and the histogram of loads', async () => {
  const register = new client.Registry()
  const watched = watchedCache()
  cacheMetrics({ client, register, caches: [watched.cache] })
  await muchHappens(watched)
  expect(Object.fromEntries(await scrape(register))).toMatchObject({
    'stowage_lookups_total{cache="orders",outcome="hit",tier="memory"}': 2,
    'stowage_lookups_total{cache="orders",outcome="stale",tier="memory"}': 1,
    'stowage_lookups_total{cache="orders",outcome="miss",reason="fault"}': 1,
    'stowage_removals_total{cache="orders",cause="evicted"}': 0,
    'stowage_queue_depth{cache="orders",queue="invalidations"}': 0,
    'stowage_backend_latency_seconds{cache="orders",percentile="99"}': 0.000_001,
    'stowage_entries_usage{cache="orders"}': 1,
    'stowage_entries_limit{cache="orders"}': 100,
    'stowage_storage_limit_bytes{cache="orders"}': 1_000_000,
    'stowage_load_duration_seconds_bucket{le="0.025",cache="orders",outcome="loaded"}': 0,
    'stowage_load_duration_seconds_bucket{le="0.05",cache="orders",outcome="loaded"}': 1,
    'stowage_load_duration_seconds_sum{cache="orders",outcome="failed"}': 0.4,
  })
})

test('a scrape looks at each cache once, and nothing looks between scrapes', async () => {
  const register = new client.Registry()
  const watched = watchedCache()
  const stats = vi.spyOn(watched.cache, 'stats')
  const usage = vi.spyOn(watched.cache, 'usage')
  cacheMetrics({ client, register, caches: [watched.cache], clock: watched.clock })
  await muchHappens(watched)
  const timerCount = watched.clock.timerCount
  for (let scrapeCount = 0; scrapeCount < 3; scrapeCount++) {
    expect([stats.mock.calls.length, usage.mock.calls.length]).toEqual([scrapeCount, scrapeCount])
    await scrape(register)
  }
  expect(watched.clock.timerCount).toBe(timerCount)
})

test('a backend that cannot say what it holds costs those series only', async () => {
  const register = new client.Registry()
  const broken = watchedCache('broken')
  const sound = watchedCache('sound')
  cacheMetrics({ client, register, caches: [broken.cache, sound.cache] })
  await scrape(register)
  broken.backend.inject('usage', { kind: 'throw', error: new Error('disk gone') })
  const samples = await scrape(register)
  expect(samples.has('stowage_entries_usage{cache="broken"}')).toBe(false)
  expect(samples.has('stowage_entries_limit{cache="broken"}')).toBe(false)
  expect(samples.get('stowage_faults_total{cache="broken"}')).toBe(1)
  expect(samples.get('stowage_entries_limit{cache="sound"}')).toBe(100)
})

test('a backend that does not answer holds a scrape up for a second, and is not asked again meanwhile', async () => {
  const register = new client.Registry()
  const { cache, clock, backend } = watchedCache()
  cacheMetrics({ client, register, caches: [cache], clock })
  backend.inject('usage', { kind: 'hang' })
  // The backend's own timeout is two seconds: then it is a fault, and may be asked anew.
  for (const { faults, questions } of [
    { faults: 0, questions: 1 },
    { faults: 0, questions: 1 },
    { faults: 1, questions: 2 },
  ]) {
    const samples = scrape(register)
    await yieldToLoop()
    clock.advanceMs(1_000)
    expect((await samples).get('stowage_faults_total{cache="orders"}')).toBe(faults)
    expect((await samples).has('stowage_entries_usage{cache="orders"}')).toBe(false)
    expect(backend.callCounts.get('usage')).toBe(questions)
    // What is over is given up a turn later.
    await yieldToLoop()
  }
})

test('what Prometheus adds up is right although the counters were reset', async () => {
  const register = new client.Registry()
  const { cache } = watchedCache()
  cacheMetrics({ client, register, caches: [cache] })
  const scraped: number[] = []
  for (const missCount of [3, 2, 1]) {
    for (let miss = 0; miss < missCount; miss++) await cache.get('nothing there')
    scraped.push(total(await scrape(register), 'stowage_lookups_total'))
    cache.resetStats()
  }
  // The rule of rate() and increase(): what has fallen began at 0 again.
  const steps = scraped.map((value, at) => (value >= (scraped[at - 1] ?? 0) ? value - (scraped[at - 1] ?? 0) : value))
  expect(steps).toEqual([3, 2, 1])
})

test('a closed cache is gone at the next scrape, its histogram too, and its name is free', async () => {
  const register = new client.Registry()
  const closing = watchedCache()
  const staying = watchedCache('users')
  cacheMetrics({ client, register, caches: [closing.cache, staying.cache] })
  await closing.load(30)
  await closing.load(30, new Error('no such order'))
  await closing.cache.close()
  expect(new Set(Array.from((await scrape(register)).keys(), cacheOf))).toEqual(new Set(['users']))

  const next = watchedCache()
  const takeNextOut = cacheMetrics({ client, register, caches: [next.cache] })
  await next.cache.close()
  const another = watchedCache()
  cacheMetrics({ client, register, caches: [another.cache] })
  takeNextOut()
  expect(new Set(Array.from((await scrape(register)).keys(), cacheOf))).toEqual(new Set(['users', 'orders']))
})

test('two caches of one name are refused, and nothing is left of the attempt', async () => {
  const register = new client.Registry()
  const [one, other] = [watchedCache().cache, watchedCache().cache]
  const message = "caches: two are called 'orders'; allowed: one of a name"
  expect(() => cacheMetrics({ client, register, caches: [one, other] })).toThrow(message)
  expect(() => cacheMetrics({ client, register, caches: [one, one.namespace('eu')] })).toThrow(message)
  expect(register.getMetricsAsArray()).toEqual([])
  cacheMetrics({ client, register, caches: [one] })
  expect(() => cacheMetrics({ client, register, caches: [watchedCache('users').cache, other] })).toThrow(message)
  expect(new Set(Array.from((await scrape(register)).keys(), cacheOf))).toEqual(new Set(['orders']))
})

test('calls add to one set of metrics, and each takes its own caches out; the last takes the metrics', async () => {
  const register = new client.Registry()
  const strangers = new client.Gauge({ name: 'stowage_stranger', help: 'not ours', registers: [register] })
  const takeOrdersOut = cacheMetrics({ client, register, caches: [watchedCache().cache] })
  const takeUsersOut = cacheMetrics({ client, register, caches: [watchedCache('users').cache] })
  takeOrdersOut()
  takeOrdersOut()
  expect(total(await scrape(register), 'stowage_entries_limit')).toBe(100)
  takeUsersOut()
  expect(register.getMetricsAsArray()).toEqual([strangers])
})

test('everything is taken out of a registry that writes OpenMetrics, which renames its counters', async () => {
  const register = new client.Registry<client.OpenMetricsContentType>()
  register.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE)
  cacheMetrics({ client, register, caches: [watchedCache().cache] })
  expect((await scrape(register)).get('stowage_deletes_total{cache="orders"}')).toBe(0)
  register.clear()
  const takeOut = cacheMetrics({ client, register, caches: [watchedCache().cache] })
  await scrape(register)
  takeOut()
  expect(register.getMetricsAsArray()).toEqual([])
})

test('a cache that comes after the registry was cleared is seen', async () => {
  const register = new client.Registry()
  const takeOrdersOut = cacheMetrics({ client, register, caches: [watchedCache().cache] })
  register.clear()
  cacheMetrics({ client, register, caches: [watchedCache('users').cache] })
  takeOrdersOut()
  expect(new Set(Array.from((await scrape(register)).keys(), cacheOf))).toEqual(new Set(['users']))
})

test('with two copies of prom-client, the registry that was handed in is the one', async () => {
  const require = createRequire(import.meta.url)
  const loaded = Object.keys(require.cache).filter((file) => file.includes('prom-client'))
  for (const file of loaded) delete require.cache[file]
  const { register: otherRegister } = require('prom-client') as typeof client
  expect(otherRegister).not.toBe(client.register)

  const { cache } = watchedCache()
  const takeOut = cacheMetrics({ client, register: otherRegister, caches: [cache] })
  expect((await scrape(otherRegister)).get('stowage_deletes_total{cache="orders"}')).toBe(0)
  expect(client.register.getMetricsAsArray()).toEqual([])
  takeOut()
})

test('of the processes of a cluster counters are added up, and of latencies the worst is told', async () => {
  const told = [1, 3].map(async (deleteCount) => {
    const register = new client.Registry()
    const { cache } = watchedCache()
    cacheMetrics({ client, register, caches: [cache] })
    for (let at = 0; at < deleteCount; at++) await cache.delete('nothing there')
    return register.getMetricsAsJSON()
  })
  const samples = await scrape(client.AggregatorRegistry.aggregate(await Promise.all(told)))
  expect(samples.get('stowage_deletes_total{cache="orders"}')).toBe(4)
  expect(samples.get('stowage_entries_limit{cache="orders"}')).toBe(200)
  expect(samples.get('stowage_backend_latency_seconds{cache="orders",percentile="99"}')).toBe(0.000_001)
})

test('what is wrongly handed in is named', () => {
  const register = new client.Registry()
  const { cache } = watchedCache()
  const caches = [cache]
  const refusals: readonly [wrong: object, message: string][] = [
    [
      { client: register },
      "client: an object is not allowed; allowed: the module: import * as client from 'prom-client'",
    ],
    [{ caches: cache }, 'caches: an object is not allowed; allowed: an array of what createCache() returns'],
    [{ caches: [cache, 'users'] }, 'caches: users is not allowed'],
    [{ prefix: '2nd_' }, "prefix: '2nd_' is not allowed; allowed: letters"],
    [{ buckets: [1, 0.5] }, 'buckets: 1, 0.5 is not allowed; allowed: rising numbers'],
    [{ interval: 5 }, "unknown option 'interval'"],
  ]
  for (const [wrong, message] of refusals) {
    const attempt = () => cacheMetrics({ client, register, caches, ...wrong })
    expect(attempt).toThrow(ConfigError)
    expect(attempt).toThrow(message)
  }
  new client.Gauge({ name: 'stowage_deletes_total', help: 'not ours', registers: [register] })
  expect(() => cacheMetrics({ client, register, caches })).toThrow(
    "has a metric 'stowage_deletes_total' of somebody else",
  )
})

function cacheOf(series: string): string | undefined {
  return /[{,]cache="([^"]*)"/.exec(series)?.[1]
}
