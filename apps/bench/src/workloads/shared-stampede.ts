/** Row 6: one cold key, four processes on one file, 250 callers in each. */
import { stowageFsShared } from '../contenders/stowage-fs.ts'
import { stowageSqliteShared } from '../contenders/stowage-sqlite.ts'
import { type Bout, type Target, type Workload, WrongAnswerError } from '../harness/contract.ts'
import { makeFolder } from '../material/folder.ts'
import { Crew, sumOf } from './crew.ts'
import { stampedeJob } from './stampede-job.ts'

const PROCESS_COUNT = 4
const CALLER_COUNT = 250

export const sharedStampede: Workload = {
  name: 'shared-stampede',
  row: 6,
  title: '4 processes x 250 callers of one cold key, 20 ms loader',
  entrants: stampedeJob.contenders.map(({ name, packages }) => ({ name, packages, open: () => openCrew(name) })),
  measures: [
    { name: 'wallMs', title: 'wall ms' },
    { name: 'loadCount', title: 'loads' },
  ],
  targets: [stowageSqliteShared, stowageFsShared].flatMap(({ name: entrant }): Target[] => [
    { entrant, measure: 'loadCount', form: 'figure', must: 1, aim: 1 },
    { entrant, measure: 'wallMs', form: 'figure', must: 35, aim: 25 },
  ]),
}

async function openCrew(contender: string): Promise<Bout> {
  const folder = makeFolder()
  const crew = await Crew.gather(PROCESS_COUNT, stampedeJob, contender, folder.path)
  let roundCount = 0

  async function run(): Promise<{ wallMs: number; loadCount: number }> {
    const { reports, wallMs } = await crew.run({ round: roundCount++, amount: CALLER_COUNT })
    const wrongCount = sumOf(reports, 'wrongCount')
    if (wrongCount > 0) throw new WrongAnswerError(`${wrongCount} callers got another answer than the loader's`)
    return { wallMs, loadCount: sumOf(reports, 'loadCount') }
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
