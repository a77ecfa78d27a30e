/** All workloads, in the order they run. A new one is a file here and a line below. */
import type { Workload } from '../harness/contract.ts'
import { diskcacheMix, diskcacheMixMany, diskcacheMixTwo } from './diskcache-mix.ts'
import { engineChurn, engineGetOrSet, engineHit, engineUpdate } from './engine.ts'
import { engineBytes } from './engine-bytes.ts'
import { curveHit, curveUpdate } from './engine-curve.ts'
import { filesGet, filesMixed, filesSet, filesSet1m, filesSet64k } from './files.ts'
import { getHit2k, getHit200, getHitLone, getHitSync } from './get-hit.ts'
import { getOrSetHit } from './get-or-set-hit.ts'
import { hitRatios } from './hit-ratio.ts'
import { httpHit1k, httpHit100k } from './http-hit.ts'
import { importTime } from './import-time.ts'
import { isolatedHit } from './isolated-hit.ts'
import { nearHit, nearHit100k } from './near-hit.ts'
import { redisLone, redisMany, redisWave2k, redisWave200 } from './redis.ts'
import { sharedStampede } from './shared-stampede.ts'
import { stampede } from './stampede.ts'
import { storeGet, storeGetPacked, storeMixed } from './store-get.ts'
import { lateness1m, lateness2k, lateness64k } from './store-lateness.ts'
import { storeOpen } from './store-open.ts'
import { redisProcesses, storeProcesses } from './store-processes.ts'
import { storeSet, storeSetLarge, storeSetStrict } from './store-set.ts'
import { storeSustained } from './store-sustained.ts'
import { structureLocks } from './structure-locks.ts'
import { structures, structuresRedis } from './structures.ts'
import { tagFlood } from './tag-flood.ts'
import { taggedHitMemory, taggedHitSqlite } from './tagged-hit.ts'
import { tiersHit, tiersSet } from './tiers-on-redis.ts'
import { trpcHit, trpcHttpHit } from './trpc-hit.ts'
import { warmRestart } from './warm-restart.ts'

export const workloads: readonly Workload[] = [
  getHit200,
  getHit2k,
  getHitLone,
  getHitSync,
  isolatedHit,
  nearHit,
  nearHit100k,
  warmRestart,
  getOrSetHit,
  stampede,
  sharedStampede,
  taggedHitMemory,
  taggedHitSqlite,
  storeSet,
  storeSetLarge,
  storeSetStrict,
  filesSet,
  filesSet64k,
  filesSet1m,
  filesGet,
  filesMixed,
  storeGet,
  storeGetPacked,
  storeMixed,
  storeSustained,
  lateness2k,
  lateness64k,
  lateness1m,
  tagFlood,
  redisLone,
  redisWave200,
  redisWave2k,
  redisMany,
  tiersHit,
  tiersSet,
  storeOpen,
  storeProcesses,
  redisProcesses,
  diskcacheMix,
  diskcacheMixMany,
  diskcacheMixTwo,
  structures,
  structuresRedis,
  structureLocks,
  engineHit,
  engineUpdate,
  engineChurn,
  engineGetOrSet,
  engineBytes,
  curveHit,
  curveUpdate,
  ...hitRatios,
  trpcHit,
  trpcHttpHit,
  httpHit1k,
  httpHit100k,
  importTime,
]

/** One of each kind, for a look: what a reader asks first, and little that differs from it by a size or a number only. */
const QUICK: ReadonlySet<Workload> = new Set([
  getHit2k,
  getHitSync,
  isolatedHit,
  nearHit,
  getOrSetHit,
  stampede,
  sharedStampede,
  storeSet,
  storeGet,
  filesSet,
  filesGet,
  tagFlood,
  redisLone,
  redisWave200,
  tiersHit,
  diskcacheMix,
  engineHit,
  trpcHit,
  httpHit1k,
  importTime,
])

export const quickWorkloads: readonly Workload[] = workloads.filter((workload) => QUICK.has(workload))
