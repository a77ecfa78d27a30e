/** Rows 23 and 24: how late the event loop is while eight request-like writers write what they can. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Contender } from '../contenders/contender.ts'
import { rawFiles } from '../contenders/raw-files.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { stowageFs } from '../contenders/stowage-fs.ts'
import { stowageSqlite } from '../contenders/stowage-sqlite.ts'
import type { Bout, Scale, Target, Workload } from '../harness/contract.ts'
import type { ValueSize } from '../material/values.ts'
import { latenessDuring } from './lateness.ts'
import { openStore } from './open-store.ts'
import { type Step, spend } from './store-loop.ts'

const WRITER_COUNT = 8
/** Sets of a writer in one step. */
const SET_COUNT = 4
/** A round has to see several checkpoints. */
const WORK_FACTOR = 4
/** Rows of 2 KB that take as much as one of these. */
const ROW_SHARES = { '200 B': 1, '2 KB': 1, '64 KB': 32, '1 MB': 512 } as const
const LEAST_ROW_COUNT = 32

const OWN = stowageSqlite.name
const P99_AND_MAX: Target[] = [
  { entrant: OWN, measure: 'p99Ms', form: 'cost', must: 0.5, aim: 0.45 },
  { entrant: OWN, measure: 'maxMs', form: 'cost', must: 0.7, aim: 0.6 },
]

export const lateness2k = lateness('2 KB', 23, [rawSqlite, stowageSqlite], P99_AND_MAX)
export const lateness64k = lateness('64 KB', 23, [rawSqlite, stowageSqlite], P99_AND_MAX)
export const lateness1m = lateness(
  '1 MB',
  24,
  [rawFiles, rawSqlite, stowageSqlite, stowageFs],
  [OWN, stowageFs.name].map((entrant): Target => ({ entrant, measure: 'maxMs', form: 'cost', must: 2.5, aim: 1.4 })),
)

function lateness(size: ValueSize, row: number, contenders: readonly Contender[], targets: Target[]): Workload {
  return {
    name: `store-lateness-${size.replace(' ', '').toLowerCase()}`,
    row,
    title: `event loop's lateness while 8 writers set on a disk, ${size}`,
    entrants: contenders.map((contender) => ({
      name: contender.name,
      packages: contender.packages,
      open: (scale) => openWriters(contender, size, scale),
    })),
    measures: [
      { name: 'p99Ms', title: 'p99 ms' },
      { name: 'maxMs', title: 'max ms' },
      { name: 'setUs', title: 'µs/set' },
    ],
    reference: contenders[0]?.name,
    targets,
    rounds: ({ store }) => store,
  }
}

async function openWriters(contender: Contender, valueSize: ValueSize, { store: scale }: Scale): Promise<Bout> {
  const keyCount = Math.max(LEAST_ROW_COUNT, Math.floor(scale.rowCount / ROW_SHARES[valueSize]))
  const store = await openStore(contender, { valueSize, keyCount })

  /** Begins each set in a turn of its own, as a request does. */
  async function writer(): Promise<void> {
    for (let count = 0; count < SET_COUNT; count++) {
      await turn()
      const [key, value] = store.stock.next()
      await store.cache.set(key, value)
    }
  }

  const step: Step = async () => {
    await Promise.all(Array.from({ length: WRITER_COUNT }, writer))
    return WRITER_COUNT * SET_COUNT
  }

  return {
    smoke: () => store.smoke(),
    async round() {
      const { result, p99Ms, maxMs } = await latenessDuring(() => spend(scale.workMs * WORK_FACTOR, step))
      await store.check()
      return { p99Ms, maxMs, setUs: result.wallUs }
    },
    close: () => store.close(),
  }
}
