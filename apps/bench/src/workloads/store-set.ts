/** Rows 7, 8 and 9: sets on a disk, one after the other and in waves. */
import { bentocacheSqlite } from '../contenders/bentocache-sqlite.ts'
import { keyvSqlite } from '../contenders/keyv-sqlite.ts'
import { lmdb } from '../contenders/lmdb.ts'
import { nodeSqlite } from '../contenders/node-sqlite.ts'
import { rawFiles } from '../contenders/raw-files.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { stowageSqlite, stowageSqliteStrict } from '../contenders/stowage-sqlite.ts'
import { WAVE_COUNTS } from './open-store.ts'
import { setsInTurn, setWave } from './store-steps.ts'
import { storeWorkload } from './store-workload.ts'

const OWN = stowageSqlite.name

export const storeSet = storeWorkload({
  name: 'store-set',
  row: 7,
  title: 'set on a disk, 2 KB, one after the other and in waves of 1,000',
  contenders: [rawSqlite, nodeSqlite, stowageSqlite, bentocacheSqlite, keyvSqlite],
  valueSize: '2 KB',
  keyCount: ({ store }) => store.rowCount,
  kinds: { seq: setsInTurn(100), wave: setWave(WAVE_COUNTS['2 KB']) },
  targets: [
    { entrant: OWN, measure: 'seqUs', form: 'speed', must: 0.95, aim: 1.2 },
    { entrant: OWN, measure: 'waveUs', form: 'speed', must: 1.15, aim: 1.5 },
  ],
})

export const storeSetLarge = storeWorkload({
  name: 'store-set-1mb',
  row: 8,
  title: 'set on a disk, buffers of 1 MB, one after the other and in waves of 32',
  contenders: [rawSqlite, stowageSqlite, rawFiles, lmdb],
  valueSize: '1 MB',
  keyCount: ({ store }) => Math.max(WAVE_COUNTS['1 MB'], Math.floor(store.rowCount / 312)),
  kinds: { seq: setsInTurn(1), wave: setWave(WAVE_COUNTS['1 MB']) },
  targets: [
    { entrant: OWN, measure: 'seqUs', form: 'speed', must: 4, aim: 5 },
    { entrant: OWN, measure: 'waveUs', form: 'speed', must: 6, aim: 14 },
  ],
})

/** Ours and lmdb have every wave on the disk before they answer; the reference has not. */
export const storeSetStrict = storeWorkload({
  name: 'store-set-strict',
  row: 9,
  title: 'set with an fsync, 2 KB, in waves of 1,000; better-sqlite3 without one',
  contenders: [rawSqlite, stowageSqliteStrict, lmdb],
  valueSize: '2 KB',
  keyCount: ({ store }) => store.rowCount,
  kinds: { wave: setWave(WAVE_COUNTS['2 KB']) },
  targets: [{ entrant: stowageSqliteStrict.name, measure: 'waveUs', form: 'speed', must: 0.95, aim: 1.1 }],
})
