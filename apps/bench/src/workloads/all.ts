/** All workloads, in the order they run. A new one is a file here and a line below. */
import type { Workload } from '../harness/contract.ts'
import { engineChurn, engineGetOrSet, engineHit, engineUpdate } from './engine.ts'
import { engineBytes } from './engine-bytes.ts'
import { getHit2k, getHit200, getHitLone, getHitSync } from './get-hit.ts'
import { getOrSetHit } from './get-or-set-hit.ts'
import { importTime } from './import-time.ts'
import { isolatedHit } from './isolated-hit.ts'
import { sharedStampede } from './shared-stampede.ts'
import { stampede } from './stampede.ts'
import { storeGet, storeGetPacked, storeMixed } from './store-get.ts'
import { storeSet, storeSetLarge, storeSetStrict } from './store-set.ts'
import { taggedHitMemory, taggedHitSqlite } from './tagged-hit.ts'

export const workloads: readonly Workload[] = [
  getHit200,
  getHit2k,
  getHitLone,
  getHitSync,
  isolatedHit,
  getOrSetHit,
  stampede,
  sharedStampede,
  taggedHitMemory,
  taggedHitSqlite,
  storeSet,
  storeSetLarge,
  storeSetStrict,
  storeGet,
  storeGetPacked,
  storeMixed,
  engineHit,
  engineUpdate,
  engineChurn,
  engineGetOrSet,
  engineBytes,
  importTime,
]
