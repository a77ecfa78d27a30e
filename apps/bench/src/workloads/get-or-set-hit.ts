/** Row 4: hits of getOrSet with ttl, counters and single flight on. */
import { asyncCacheDedupe } from '../contenders/async-cache-dedupe.ts'
import { bentocache, bentocacheReference } from '../contenders/bentocache.ts'
import { cacheable } from '../contenders/cacheable.ts'
import { cachemanager } from '../contenders/cachemanager.ts'
import { cachified } from '../contenders/cachified.ts'
import { layeredLoaderLoading } from '../contenders/layered-loader.ts'
import { lruCacheFetch } from '../contenders/lru-cache-fetch.ts'
import { map } from '../contenders/map.ts'
import { stowageMemory } from '../contenders/stowage-memory.ts'
import { stowageMemoryOptions } from '../contenders/stowage-memory-options.ts'
import type { Workload } from '../harness/contract.ts'
import { hitEntrants } from './hit-bout.ts'

const NS_PER_CALL = { name: 'cpuNs', title: 'CPU ns/getOrSet' }

export const getOrSetHit: Workload = {
  name: 'get-or-set-hit',
  row: 4,
  title: 'getOrSet hit, 200 B, a loader per call',
  entrants: hitEntrants(
    [
      lruCacheFetch,
      map,
      stowageMemory,
      stowageMemoryOptions,
      asyncCacheDedupe,
      layeredLoaderLoading,
      cachified,
      cachemanager,
      bentocacheReference,
      bentocache,
      cacheable,
    ],
    { call: 'getOrSet', valueSize: '200 B', callsPerTurn: 1_000 },
  ),
  measures: [NS_PER_CALL],
  reference: lruCacheFetch.name,
  targets: [
    { entrant: stowageMemory.name, measure: NS_PER_CALL.name, form: 'speed', must: 0.9, aim: 1.05 },
    { entrant: stowageMemoryOptions.name, measure: NS_PER_CALL.name, form: 'speed', must: 0.9, aim: 1.05 },
  ],
}
