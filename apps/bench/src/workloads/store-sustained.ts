/** Row 10: sets for so long that the write-ahead log has to be worked off meanwhile. */
import { statSync } from 'node:fs'
import type { Contender } from '../contenders/contender.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { stowageSqlite } from '../contenders/stowage-sqlite.ts'
import { fileIn } from '../contenders/wal-database.ts'
import type { Bout, Scale, Workload } from '../harness/contract.ts'
import { latenessDuring } from './lateness.ts'
import { openStore } from './open-store.ts'
import { spend } from './store-loop.ts'
import { setWave } from './store-steps.ts'

/** For 50,000 rows at full scale. */
const ROW_FACTOR = 2.5
/** As a busy server has them in one turn of the loop. */
const WAVE_COUNT = 64
const SAMPLE_INTERVAL_MS = 50
/** One is longer than all of another workload's. */
const ROUND_COUNT = 2

const OWN = stowageSqlite.name

export const storeSustained: Workload = {
  name: 'store-sustained',
  row: 10,
  title: 'sets of 2 KB without a break for 10 s (--quick: 2 s), in waves of 64',
  entrants: [rawSqlite, stowageSqlite].map((contender) => ({
    name: contender.name,
    packages: contender.packages,
    open: (scale) => openSustained(contender, scale),
  })),
  measures: [
    { name: 'setUs', title: 'µs/set' },
    { name: 'cpuUs', title: 'CPU µs' },
    { name: 'p99Ms', title: 'late p99 ms' },
    { name: 'maxMs', title: 'late max ms' },
    { name: 'walMb', title: 'WAL MB', isAbsolute: true },
  ],
  reference: rawSqlite.name,
  targets: [
    { entrant: OWN, measure: 'setUs', form: 'speed', must: 0.95, aim: 1.1 },
    { entrant: OWN, measure: 'p99Ms', form: 'figure', must: 6, aim: 4.5 },
    { entrant: OWN, measure: 'walMb', form: 'figure', must: 128, aim: 64 },
  ],
  rounds: ({ store }) => ({ warmUpCount: 0, roundCount: Math.min(store.roundCount, ROUND_COUNT) }),
}

async function openSustained(contender: Contender, { store: { rowCount, sustainedMs } }: Scale): Promise<Bout> {
  const store = await openStore(contender, { valueSize: '2 KB', keyCount: Math.ceil(rowCount * ROW_FACTOR) })
  const log = `${fileIn(store.directory)}-wal`
  const step = setWave(WAVE_COUNT)(store.cache, store.stock)
  return {
    smoke: () => store.smoke(),
    async round() {
      let largestBytes = 0
      const sampler = setInterval(() => {
        largestBytes = Math.max(largestBytes, statSync(log).size)
      }, SAMPLE_INTERVAL_MS)
      const { result, p99Ms, maxMs } = await latenessDuring(() => spend(sustainedMs, step))
      clearInterval(sampler)
      await store.check()
      largestBytes = Math.max(largestBytes, statSync(log).size)
      return { setUs: result.wallUs, cpuUs: result.cpuUs, p99Ms, maxMs, walMb: largestBytes / 1e6 }
    },
    close: () => store.close(),
  }
}
