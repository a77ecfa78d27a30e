/** That nothing a cache counts is missing from the list, from either exporter, or from the README's table. */
import { readFileSync } from 'node:fs'
import type { CacheStats } from '@stowage/core'
import * as client from 'prom-client'
import { expect, test } from 'vitest'
import { LOAD_DURATION, LOAD_DURATION_BOUNDS, METRICS } from '../src/metric-list.ts'
import { attributesOf, pointsOf, prometheusName } from '../src/metric-names.ts'
import { observeCaches } from '../src/opentelemetry.ts'
import { cacheMetrics } from '../src/prometheus.ts'
import { collection } from './collection.ts'
import { scrape, total } from './scrape.ts'
import { muchHappens, watchedCache } from './watched-cache.ts'

/** Counters that other series say already, and how a query gets them: the value itself, or the bucket it is in. */
const SAID_BY_OTHERS: Readonly<Record<string, (samples: ReadonlyMap<string, number>) => number | Bucket>> = {
  lookups: (samples) => total(samples, 'stowage_lookups_total'),
  hits: (samples) => total(samples, 'stowage_lookups_total', 'outcome="hit"'),
  stale: (samples) => total(samples, 'stowage_lookups_total', 'outcome="stale"'),
  hitRatio: (samples) =>
    1 - total(samples, 'stowage_lookups_total', 'outcome="miss"') / total(samples, 'stowage_lookups_total'),
  loadMs: (samples) => total(samples, 'stowage_load_duration_seconds_sum', 'outcome="loaded"') * 1_000,
  'loadTimes.count': (samples) => total(samples, 'stowage_load_duration_seconds_count'),
  'loadTimes.p50Ms': (samples) => bucketOf(samples, 0.5),
  'loadTimes.p90Ms': (samples) => bucketOf(samples, 0.9),
  'loadTimes.p99Ms': (samples) => bucketOf(samples, 0.99),
  'loadTimes.maxMs': (samples) => bucketOf(samples, 1),
}

test('every number of CacheStats moves a metric, or is said by others', async () => {
  const { stats, register } = await busyCache()
  const samples = await scrape(register)
  const told = (read: CacheStats) =>
    METRICS.map(({ points }) => points({ cache: 'orders', stats: read, limit: undefined }))
  // The curve is a drawing of its own, not one number that moves.
  const { missRatioCurve: _, ...counted } = stats
  for (const leaf of leavesOf(counted)) {
    const name = leaf.join('.')
    const count = Number(at(stats, leaf))
    const said = SAID_BY_OTHERS[name]?.(samples)
    if (said === undefined) expect(told(changed(stats, leaf)), `${name} is in no metric`).not.toEqual(told(stats))
    else if (typeof said === 'number') expect(said, name).toBeCloseTo(count)
    else expect(said.aboveMs < count && count <= said.mostMs, `${name}: ${count} is not in its bucket`).toBe(true)
  }
})

test('both exporters give what the list says, and nothing else', async () => {
  const { cache, register, points } = await busyCache()
  const listed = () => {
    const reading = { cache: 'orders', stats: cache.stats(), limit: { entries: 100, bytes: 1_000_000 } }
    return METRICS.flatMap((metric) => pointsOf(metric, [reading]).map((point) => ({ metric, ...point })))
  }
  const samples = Array.from(await scrape(register)).filter(([series]) => !series.includes('load_duration'))
  const inPrometheus = listed().map(({ metric, labels, value }) => {
    const written = Object.entries(labels).map(([label, word]) => `${label}="${word}"`)
    return [`${prometheusName('stowage_', metric, metric.kind)}{${written.join(',')}}`, value]
  })
  expect(samples).toEqual(inPrometheus)

  const collected = Array.from(await points()).filter(([point]) => !point.includes('load.duration'))
  const inOpenTelemetry = listed().map(({ metric, labels, value }) => {
    const written = Object.entries(attributesOf(labels)).map(([attribute, word]) => `${attribute}=${word}`)
    return [`${metric.name}{${written.join(',')}}`, value]
  })
  expect(collected).toEqual(inOpenTelemetry)
})

test('the table of the README is the list, and its queries name no other metric', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = [...METRICS, { ...LOAD_DURATION, kind: undefined }].map((metric) => {
    const labels = metric.labels.map((label) => `\`${label}\``).join(', ')
    return `| \`${prometheusName('stowage_', metric, metric.kind)}\` | \`${metric.name}\` | ${labels} | ${metric.help} |`
  })
  expect(readme.split('\n').filter((line) => line.startsWith('| `stowage_'))).toEqual(rows)
  const known = new Set(rows.flatMap((row) => row.match(/stowage_\w+/g) ?? []))
  const named = Array.from(readme.matchAll(/stowage_[a-z_]+[a-z]/g), ([name]) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  )
  expect(named.filter((name) => !known.has(name))).toEqual([])
})

interface Bucket {
  readonly aboveMs: number
  readonly mostMs: number
}

/** Where a share of all loads had ended. */
function bucketOf(samples: ReadonlyMap<string, number>, share: number): Bucket {
  const wanted = share * total(samples, 'stowage_load_duration_seconds_count')
  const mostS = LOAD_DURATION_BOUNDS.find(
    (bound) => total(samples, 'stowage_load_duration_seconds_bucket', `le="${bound}"`) >= wanted,
  )
  const aboveS = LOAD_DURATION_BOUNDS.findLast((bound) => bound < (mostS ?? 0))
  return { aboveMs: (aboveS ?? Number.NaN) * 1_000, mostMs: (mostS ?? Number.NaN) * 1_000 }
}

async function busyCache() {
  const watched = watchedCache()
  const { cache } = watched
  const register = new client.Registry()
  const { meter, points } = collection()
  cacheMetrics({ client, register, caches: [cache] })
  observeCaches({ meter, caches: [cache] })
  await muchHappens(watched)
  await cache.usage()
  return { cache, register, points, stats: cache.stats() }
}

/** The paths of all numbers. What is undefined now would be overlooked, so nothing may be. */
function leavesOf(value: object, path: readonly string[] = []): (readonly string[])[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const here = [...path, name]
    if (typeof part === 'object' && part !== null) return leavesOf(part, here)
    expect(part, here.join('.')).toBeTypeOf('number')
    return [here]
  })
}

function at(value: unknown, [name, ...path]: readonly string[]): unknown {
  if (name === undefined || typeof value !== 'object' || value === null) return value
  return at(Reflect.get(value, name), path)
}

/** The same stats with another number there. */
function changed(stats: CacheStats, leaf: readonly string[]): CacheStats {
  const copy = structuredClone(stats)
  const holder = at(copy, leaf.slice(0, -1))
  if (typeof holder === 'object' && holder !== null) Reflect.set(holder, leaf.at(-1) ?? '', -1)
  return copy
}
