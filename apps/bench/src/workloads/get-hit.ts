/** Rows 1 and 2: hits of get, awaited and at once, values by reference where the cache can. */
import { bentocache, bentocacheReference } from '../contenders/bentocache.ts'
import { cacheable } from '../contenders/cacheable.ts'
import { cachemanager } from '../contenders/cachemanager.ts'
import { keyv } from '../contenders/keyv.ts'
import { layeredLoader } from '../contenders/layered-loader.ts'
import { lruCache } from '../contenders/lru-cache.ts'
import { map } from '../contenders/map.ts'
import { nodeCache } from '../contenders/node-cache.ts'
import { stowageMemory } from '../contenders/stowage-memory.ts'
import type { Target, Workload } from '../harness/contract.ts'
import type { ValueSize } from '../material/values.ts'
import { hitEntrants } from './hit-bout.ts'

const NS_PER_GET = { name: 'cpuNs', title: 'CPU ns/get' }
const OWN = stowageMemory.name
const AWAITED = [
  lruCache,
  map,
  stowageMemory,
  cachemanager,
  nodeCache,
  layeredLoader,
  bentocacheReference,
  bentocache,
  cacheable,
  keyv,
]

export const getHit200 = awaitedGet('get-hit-200b', '200 B', 1_000, [speed(0.85, 1.1)])
export const getHit2k = awaitedGet('get-hit-2kb', '2 KB', 1_000, [speed(0.85, 1.1)])
/** What an answer costs when the loop turns between any two, and nothing can be shared within a turn. */
export const getHitLone = awaitedGet('get-hit-lone', '200 B', 1, [])

export const getHitSync: Workload = {
  name: 'get-hit-sync',
  row: 2,
  title: 'get hit, synchronous, 200 B',
  entrants: hitEntrants([lruCache, map, stowageMemory, nodeCache, layeredLoader], {
    call: 'getSync',
    valueSize: '200 B',
    callsPerTurn: 1_000,
  }),
  measures: [NS_PER_GET],
  reference: lruCache.name,
  targets: [speed(0.8, 1)],
}

function awaitedGet(name: string, valueSize: ValueSize, callsPerTurn: number, targets: Target[]): Workload {
  return {
    name,
    row: 1,
    title: `get hit, awaited, ${valueSize}${callsPerTurn === 1 ? ', one per turn of the event loop' : ''}`,
    entrants: hitEntrants(AWAITED, { call: 'get', valueSize, callsPerTurn }),
    measures: [NS_PER_GET],
    reference: lruCache.name,
    targets,
  }
}

function speed(must: number, aim: number): Target {
  return { entrant: OWN, measure: NS_PER_GET.name, form: 'speed', must, aim }
}
