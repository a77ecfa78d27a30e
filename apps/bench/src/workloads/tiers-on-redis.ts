/** Row 20: memory in front of Redis, beside the peers that have both: what a near hit costs, and what a set of both does. */
import {
  bentocacheHybrid,
  bentocacheHybridReference,
  cacheableHybrid,
  cachemanagerHybrid,
  stowageHybridRedis,
} from '../contenders/hybrids.ts'
import { lruCache } from '../contenders/lru-cache.ts'
import { rawIoredis } from '../contenders/raw-ioredis.ts'
import type { Workload } from '../harness/contract.ts'
import { hitEntrants } from './hit-bout.ts'
import { setsInTurn, setWave } from './store-steps.ts'
import { storeWorkload } from './store-workload.ts'

const HYBRIDS = [stowageHybridRedis, bentocacheHybridReference, bentocacheHybrid, cacheableHybrid, cachemanagerHybrid]

export const tiersHit: Workload = {
  name: 'tiers-redis-hit',
  row: 20,
  title: 'get hit in memory in front of Redis, 10,000 keys of 2 KB; lru-cache alone beside',
  entrants: hitEntrants([lruCache, ...HYBRIDS], {
    call: 'get',
    valueSize: '2 KB',
    callsPerTurn: 1_000,
    keyCount: 10_000,
  }),
  measures: [{ name: 'cpuNs', title: 'CPU ns/get' }],
  reference: lruCache.name,
  targets: [],
}

export const tiersSet = storeWorkload({
  name: 'tiers-redis-set',
  row: 20,
  title: 'set in memory and on Redis, 2 KB, one after the other and in waves of 100; ioredis alone beside',
  contenders: [rawIoredis, ...HYBRIDS],
  reference: rawIoredis,
  valueSize: '2 KB',
  keyCount: ({ store }) => Math.floor(store.rowCount / 4),
  kinds: { seq: setsInTurn(100), wave: setWave(100) },
  targets: [],
})
