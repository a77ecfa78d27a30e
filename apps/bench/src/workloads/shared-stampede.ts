/** Row 6: one cold key, four processes on one file, folder or Redis, 250 callers in each. */
import type { Contender } from '../contenders/contender.ts'
import { shareRedis } from '../contenders/redis-server.ts'
import { stowageFsShared } from '../contenders/stowage-fs.ts'
import { stowageRedisShared } from '../contenders/stowage-redis.ts'
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
  entrants: stampedeJob.contenders.map((contender) => ({
    name: contender.name,
    packages: contender.packages,
    open: () => openCrew(contender),
  })),
  measures: [
    { name: 'wallMs', title: 'wall ms' },
    { name: 'loadCount', title: 'loads' },
  ],
  targets: [stowageSqliteShared, stowageFsShared, stowageRedisShared].flatMap(({ name: entrant }): Target[] => [
    { entrant, measure: 'loadCount', form: 'figure', must: 1, aim: 1 },
    { entrant, measure: 'wallMs', form: 'figure', must: 35, aim: 25 },
  ]),
}

async function openCrew({ name, isOnRedis = false }: Contender): Promise<Bout> {
  const folder = makeFolder()
  const server = isOnRedis ? await shareRedis(folder.path) : undefined
  const crew = await Crew.gather(PROCESS_COUNT, stampedeJob, name, folder.path)
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
      await server?.stop()
      folder.remove()
    },
  }
}
