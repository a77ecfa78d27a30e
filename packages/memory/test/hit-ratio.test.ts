/**
 * The engine's hit ratios beside those of lru-cache and of the optimum. What is asked lies between what the engine reaches and
 * what is left of it without its ghosts, its patrol or its moving target: each of these fails some line. Figures of recorded
 * traffic are in docs/decisions/0006-memory-engine.md.
 */
import { LRUCache } from 'lru-cache'
import { expect, test } from 'vitest'
import { optimalHits } from './hit-ratio/belady.ts'
import cacheOfEntries, { type CacheUnderTest, cacheUnderTest } from './hit-ratio/cache-under-test.ts'
import { type Trace, traces } from './hit-ratio/traces.ts'

/** Of key and bookkeeping, as the engine counts them for keys of this length. */
const OWN_BYTES = 132

function hitsOf(cache: CacheUnderTest, trace: Trace, stored: (key: number) => unknown = () => 1): number {
  let hits = 0
  for (const number of trace) {
    const key = `key ${number}`
    if (cache.get(key) !== undefined) hits++
    else cache.set(key, stored(number))
  }
  return hits
}

test.each([
  ['skewed', 250, 10, 80],
  ['skewed', 1_000, 7, 82],
  ['skewed with scans', 250, 8, 78],
  ['skewed with scans', 1_000, 6, 80],
  ['loop after another phase', 250, 7.5, 70],
  ['loop after another phase', 1_000, 5, 50],
  ['drifting', 250, -4, 50],
  ['drifting', 1_000, -5, 64],
  ['young', 250, -3.5, 38],
  ['young', 1_000, -2, 97],
] as const)(
  '%s at %i entries: at least %f points over lru-cache and %i percent of the optimum',
  (name, capacity, over, share) => {
    const trace = traces[name] ?? []
    const percent = (hits: number) => (100 * hits) / trace.length
    const own = percent(hitsOf(cacheOfEntries(capacity), trace))
    expect(own - percent(hitsOf(new LRUCache({ max: capacity }), trace))).toBeGreaterThan(over)
    expect((100 * own) / percent(optimalHits(trace, capacity))).toBeGreaterThan(share)
  },
)

/** From 200 bytes to 20 KB, small ones more often than large ones. */
function bytesOf(key: number): number {
  return Math.round(200 * 100 ** (((key * 7_919) % 997) / 997))
}

test.each([
  ['skewed', 7],
  ['skewed with scans', 5],
  ['drifting', -4],
  ['young', -4],
] as const)('%s, limited by bytes: at least %f points over lru-cache', (name, over) => {
  const trace = traces[name] ?? []
  const maxBytes = 2_000_000
  const own = cacheUnderTest({ maxBytes, sizeOf: Number })
  const sizeCalculation = (value: unknown) => Number(value) + OWN_BYTES
  const lru = new LRUCache<string, number>({ maxSize: maxBytes, sizeCalculation })
  const plain: CacheUnderTest = {
    get: (key) => lru.get(String(key)),
    set: (key, value) => lru.set(String(key), Number(value)),
  }
  const difference = hitsOf(own, trace, bytesOf) - hitsOf(plain, trace, bytesOf)
  expect((100 * difference) / trace.length).toBeGreaterThan(over)
})
