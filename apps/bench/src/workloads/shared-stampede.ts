/** Row 6: one cold key, four processes on one file, 250 callers in each. */
import type { Contender } from '../contenders/contender.ts'
import { map } from '../contenders/map.ts'
import { stowageSqlite, stowageSqliteShared } from '../contenders/stowage-sqlite.ts'
import { type Bout, type Workload, WrongAnswerError } from '../harness/contract.ts'
import { makeFolder } from '../material/folder.ts'
import { Crew } from './crew.ts'

const PROCESS_COUNT = 4
const CALLER_COUNT = 250

/** The floor and the first of ours share loads within a process only: one load per process. */
export const crewContenders: readonly Contender[] = [stowageSqliteShared, stowageSqlite, map]

export const sharedStampede: Workload = {
  name: 'shared-stampede',
  row: 6,
  title: '4 processes x 250 callers of one cold key, 20 ms loader',
  entrants: crewContenders.map(({ name, packages }) => ({ name, packages, open: () => openCrew(name) })),
  measures: [
    { name: 'wallMs', title: 'wall ms' },
    { name: 'loadCount', title: 'loads' },
  ],
  targets: [
    { entrant: stowageSqliteShared.name, measure: 'loadCount', form: 'figure', must: 1, aim: 1 },
    { entrant: stowageSqliteShared.name, measure: 'wallMs', form: 'figure', must: 35, aim: 25 },
  ],
}

async function openCrew(contender: string): Promise<Bout> {
  const folder = makeFolder()
  const crew = await Crew.gather(PROCESS_COUNT, contender, folder.path)
  let keyCount = 0

  async function run(): Promise<{ wallMs: number; loadCount: number }> {
    const { reports, wallMs } = await crew.run({ key: `report:${keyCount++}`, callerCount: CALLER_COUNT })
    const wrongCount = reports.reduce((sum, report) => sum + report.wrongCount, 0)
    if (wrongCount > 0) throw new WrongAnswerError(`${wrongCount} callers got another answer than the loader's`)
    return { wallMs, loadCount: reports.reduce((sum, report) => sum + report.loadCount, 0) }
  }

  return {
    async smoke() {
      await run()
    },
    round: run,
    async close() {
      await crew.dismiss()
      folder.remove()
    },
  }
}
