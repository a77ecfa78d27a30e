/** Row 28: four processes on one store, sixteen loops in each, nine gets to one set. */
import type { Contender } from '../contenders/contender.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { stowageFs } from '../contenders/stowage-fs.ts'
import { stowageSqlite } from '../contenders/stowage-sqlite.ts'
import { type Bout, type Figures, type Scale, type Workload, WrongAnswerError } from '../harness/contract.ts'
import { keysOf } from '../material/draws.ts'
import { makeFolder } from '../material/folder.ts'
import { sampleValue } from '../material/values.ts'
import { Crew, sumOf } from './crew.ts'
import { setAll } from './open-store.ts'
import { STORE_KEY_COUNT, storeJob } from './store-job.ts'

const PROCESS_COUNT = 4
/** Four processes share the machine's cores. */
const WORK_FACTOR = 2

const OWN = stowageSqlite.name

export const storeProcesses: Workload = {
  name: 'store-processes',
  row: 28,
  title: 'nine gets to one set in 4 processes on one store, 2 KB, 64 loops in all',
  entrants: storeJob.contenders.map((contender) => ({
    name: contender.name,
    packages: contender.packages,
    open: (scale) => openProcesses(contender, scale),
  })),
  measures: [
    { name: 'callUs', title: 'wall µs/call' },
    { name: 'errorCount', title: 'errors', isAbsolute: true },
  ],
  reference: rawSqlite.name,
  targets: [
    { entrant: OWN, measure: 'callUs', form: 'speed', must: 0.85, aim: 0.98 },
    { entrant: OWN, measure: 'errorCount', form: 'figure', must: 0, aim: 0 },
    { entrant: stowageFs.name, measure: 'callUs', form: 'speed', must: 0.6, aim: 0.73 },
    { entrant: stowageFs.name, measure: 'errorCount', form: 'figure', must: 0, aim: 0 },
  ],
  rounds: ({ store }) => store,
}

async function openProcesses(contender: Contender, { store: { workMs } }: Scale): Promise<Bout> {
  const folder = makeFolder()
  await fill(contender, folder.path)
  const crew = await Crew.gather(PROCESS_COUNT, storeJob, contender.name, folder.path)
  let roundCount = 0

  async function round(): Promise<Figures> {
    const { reports, wallMs } = await crew.run({ round: roundCount++, amount: workMs * WORK_FACTOR })
    const wrongCount = sumOf(reports, 'wrongCount')
    if (wrongCount > 0) throw new WrongAnswerError(`${wrongCount} gets gave another key's value, half of one, or none`)
    return { callUs: (wallMs * 1_000) / sumOf(reports, 'callCount'), errorCount: sumOf(reports, 'errorCount') }
  }

  return {
    async smoke() {
      await round()
    },
    round,
    async close() {
      await crew.dismiss()
      folder.remove()
    },
  }
}

async function fill(contender: Contender, directory: string): Promise<void> {
  const cache = await contender.open({ entryCount: STORE_KEY_COUNT, directory, load: () => ({}) })
  await setAll(
    cache,
    keysOf(STORE_KEY_COUNT).map((key, at) => [key, sampleValue(at, '2 KB')] as const),
  )
  await cache.close?.()
}
