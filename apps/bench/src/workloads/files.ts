/** Rows 11, 12, 15 and 16: a file for each entry, beside Node's own file calls. */
import { bentocacheFile } from '../contenders/bentocache-file.ts'
import { cacache } from '../contenders/cacache.ts'
import type { Contender } from '../contenders/contender.ts'
import { keyvFile } from '../contenders/keyv-file.ts'
import { rawFiles, rawJsonFiles } from '../contenders/raw-files.ts'
import { rawFilesSync } from '../contenders/raw-files-sync.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { stowageFs } from '../contenders/stowage-fs.ts'
import { unstorageFs } from '../contenders/unstorage-fs.ts'
import type { Target } from '../harness/contract.ts'
import { WAVE_COUNTS } from './open-store.ts'
import { getsInTurn, getWave, mixed, setsInTurn, setWave } from './store-steps.ts'
import { storeWorkload } from './store-workload.ts'

/** Files are dearer than rows: a tenth as many fill a store for the same work. */
const FEWER = 10

const PEERS: readonly Contender[] = [unstorageFs, bentocacheFile, keyvFile, cacache]

export const filesSet = storeWorkload({
  name: 'files-set',
  row: 11,
  title: 'set in files, 2 KB, one after the other and in waves of 1,000',
  contenders: [rawJsonFiles, stowageFs, ...PEERS],
  reference: rawJsonFiles,
  valueSize: '2 KB',
  keyCount: ({ store }) => Math.max(WAVE_COUNTS['2 KB'], Math.floor(store.rowCount / FEWER)),
  kinds: { seq: setsInTurn(20), wave: setWave(WAVE_COUNTS['2 KB']) },
  targets: [speed('seqUs', 3, 3.9), speed('waveUs', 0.75, 0.85)],
})

export const filesSet64k = storeWorkload({
  name: 'files-set-64kb',
  row: 12,
  title: 'set in files, 64 KB, one after the other',
  contenders: [rawJsonFiles, stowageFs, ...PEERS],
  reference: rawJsonFiles,
  valueSize: '64 KB',
  keyCount: () => WAVE_COUNTS['64 KB'],
  kinds: { seq: setsInTurn(5) },
  targets: [speed('seqUs', 1.4, 1.7)],
})

export const filesSet1m = storeWorkload({
  name: 'files-set-1mb',
  row: 12,
  title: 'set in files, buffers of 1 MB, one after the other',
  contenders: [rawFiles, stowageFs],
  reference: rawFiles,
  valueSize: '1 MB',
  keyCount: () => WAVE_COUNTS['1 MB'],
  kinds: { seq: setsInTurn(1) },
  targets: [speed('seqUs', 1.6, 1.95)],
})

export const filesGet = storeWorkload({
  name: 'files-get',
  row: 15,
  title: 'get from files, 2 KB, one after the other and in waves of 1,000',
  contenders: [rawFilesSync, stowageFs, ...PEERS],
  reference: rawFilesSync,
  valueSize: '2 KB',
  keyCount: ({ store }) => Math.max(WAVE_COUNTS['2 KB'], Math.floor(store.rowCount / FEWER)),
  kinds: { seq: getsInTurn(100), wave: getWave(1_000) },
  targets: [speed('seqUs', 0.9, 1.02), speed('waveUs', 0.9, 1.02)],
})

export const filesMixed = storeWorkload({
  name: 'files-mixed',
  row: 16,
  title: 'nine gets to one set in files, 2 KB, one after the other and in 64 loops; better-sqlite3 beside',
  contenders: [rawSqlite, stowageFs, ...PEERS],
  valueSize: '2 KB',
  keyCount: ({ store }) => Math.max(WAVE_COUNTS['2 KB'], Math.floor(store.rowCount / FEWER)),
  kinds: { seq: mixed(1, 100), loops: mixed(64, 4) },
  targets: [speed('seqUs', 0.65, 0.82), speed('loopsUs', 0.65, 0.82)],
})

function speed(measure: string, must: number, aim: number, { name: entrant }: Contender = stowageFs): Target {
  return { entrant, measure, form: 'speed', must, aim }
}
