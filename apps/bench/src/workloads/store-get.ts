/** Rows 13, 14 and 16: gets on a disk from the page cache, and nine of them to one set. */
import { bentocacheSqlite } from '../contenders/bentocache-sqlite.ts'
import { keyvSqlite } from '../contenders/keyv-sqlite.ts'
import { lmdb } from '../contenders/lmdb.ts'
import { nodeSqlite } from '../contenders/node-sqlite.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { stowageSqlite, stowageSqlitePacked, stowageSqliteStructures } from '../contenders/stowage-sqlite.ts'
import type { Target } from '../harness/contract.ts'
import { getsInTurn, getWave, mixed } from './store-steps.ts'
import { type StoreWorkload, storeWorkload } from './store-workload.ts'

const GETS = { seq: getsInTurn(100), wave: getWave(1_000) }
const ROWS: Pick<StoreWorkload, 'valueSize' | 'keyCount'> = {
  valueSize: '2 KB',
  keyCount: ({ store }) => store.rowCount,
}

export const storeGet = storeWorkload({
  ...ROWS,
  name: 'store-get',
  row: 13,
  title: 'get on a disk, 2 KB, one after the other and in waves of 1,000',
  contenders: [rawSqlite, nodeSqlite, stowageSqlite, bentocacheSqlite, keyvSqlite],
  kinds: GETS,
  targets: [speed(stowageSqlite.name, 'seqUs', 0.95, 1.1), speed(stowageSqlite.name, 'waveUs', 0.95, 1.1)],
})

export const storeGetPacked = storeWorkload({
  ...ROWS,
  name: 'store-get-packed',
  row: 14,
  title: 'get on a disk, 2 KB as MessagePack, one after the other and in waves of 1,000',
  contenders: [lmdb, stowageSqliteStructures, stowageSqlitePacked],
  reference: lmdb,
  kinds: GETS,
  targets: [
    speed(stowageSqliteStructures.name, 'seqUs', 0.85, 0.9),
    speed(stowageSqliteStructures.name, 'waveUs', 0.85, 0.9),
  ],
})

export const storeMixed = storeWorkload({
  ...ROWS,
  name: 'store-mixed',
  row: 16,
  title: 'nine gets to one set on a disk, 2 KB, one after the other and in 64 loops',
  contenders: [rawSqlite, nodeSqlite, stowageSqlite, bentocacheSqlite, keyvSqlite],
  kinds: { seq: mixed(1, 100), loops: mixed(64, 4) },
  targets: [speed(stowageSqlite.name, 'seqUs', 0.95, 1.15), speed(stowageSqlite.name, 'loopsUs', 0.95, 1.15)],
})

function speed(entrant: string, measure: string, must: number, aim: number): Target {
  return { entrant, measure, form: 'speed', must, aim }
}
