/** Row 28: four processes on one store or server, sixteen loops in each, nine gets to one set. */
import type { Contender } from '../contenders/contender.ts'
import { rawIoredis } from '../contenders/raw-ioredis.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { shareRedis } from '../contenders/redis-server.ts'
import { stowageFs } from '../contenders/stowage-fs.ts'
import { stowageRedis } from '../contenders/stowage-redis.ts'
import { stowageSqlite } from '../contenders/stowage-sqlite.ts'
import {
  type Bout,
  type Entrant,
  type Figures,
  type Scale,
  type Workload,
  WrongAnswerError,
} from '../harness/contract.ts'
import { keysOf } from '../material/draws.ts'
import { makeFolder } from '../material/folder.ts'
import { sampleValue } from '../material/values.ts'
import { Crew, sumOf } from './crew.ts'
import { setAll } from './open-store.ts'
import { DISK_CONTENDERS, REDIS_CONTENDERS, STORE_KEY_COUNT, storeJob } from './store-job.ts'

const PROCESS_COUNT = 4
/** Four processes share the machine's cores. */
const WORK_FACTOR = 2
/** Four compilers share the cores: each needs as many times the warm-up. */
const WARM_UP_FACTOR = PROCESS_COUNT

const OWN = stowageSqlite.name
const WORK: Pick<Workload, 'row' | 'title' | 'measures' | 'rounds'> = {
  row: 28,
  title: 'nine gets to one set in 4 processes on one store, 2 KB, 64 loops in all',
  measures: [
    { name: 'callUs', title: 'wall µs/call' },
    { name: 'errorCount', title: 'errors', isAbsolute: true },
  ],
  rounds: ({ store }) => ({ ...store, warmUpCount: store.warmUpCount * WARM_UP_FACTOR }),
}

export const storeProcesses: Workload = {
  ...WORK,
  name: 'store-processes',
  entrants: DISK_CONTENDERS.map(entrant),
  reference: rawSqlite.name,
  targets: [
    { entrant: OWN, measure: 'callUs', form: 'speed', must: 0.85, aim: 0.98 },
    { entrant: OWN, measure: 'errorCount', form: 'figure', must: 0, aim: 0 },
    { entrant: stowageFs.name, measure: 'callUs', form: 'speed', must: 0.6, aim: 0.73 },
    { entrant: stowageFs.name, measure: 'errorCount', form: 'figure', must: 0, aim: 0 },
  ],
}

export const redisProcesses: Workload = {
  ...WORK,
  name: 'redis-processes',
  entrants: REDIS_CONTENDERS.map(entrant),
  reference: rawIoredis.name,
  targets: [
    { entrant: stowageRedis.name, measure: 'callUs', form: 'speed', must: 0.9, aim: 1 },
    { entrant: stowageRedis.name, measure: 'errorCount', form: 'figure', must: 0, aim: 0 },
  ],
}

function entrant(contender: Contender): Entrant {
  const { name, packages } = contender
  return { name, packages, open: (scale) => openProcesses(contender, scale) }
}

async function openProcesses(contender: Contender, { store: { workMs } }: Scale): Promise<Bout> {
  const folder = makeFolder()
  const server = contender.isOnRedis === true ? await shareRedis(folder.path) : undefined
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
      await server?.stop()
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
