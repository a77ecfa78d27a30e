/**
 * Queues and ordered maps: on a file beside diskcache's Deque and Index and a table of one's own, on Redis beside BullMQ. All
 * files are write-ahead logs with `synchronous = NORMAL`. A job that is taken from diskcache's Deque is gone at once, and with
 * its taker when that dies; with all others it is hidden until it is acknowledged, which is a second step and counted.
 */
import { bullmqQueues } from '../contenders/bullmq-queue.ts'
import { inTurn, JOB, type OpenQueue, type QueueContender } from '../contenders/queue-contender.ts'
import { sqliteQueue } from '../contenders/sqlite-queue.ts'
import { stowageQueues } from '../contenders/stowage-queue.ts'
import {
  type Bout,
  type Entrant,
  type Figures,
  SkippedError,
  type Target,
  type Workload,
  WrongAnswerError,
} from '../harness/contract.ts'
import { makeFolder } from '../material/folder.ts'
import { PythonCrew } from './python-crew.ts'

const DISKCACHE: Entrant = {
  name: 'diskcache Deque and Index (Python)',
  packages: [],
  open: ({ store }) => openPython(countFor(store.workMs)),
}
/** Operations of one kind in a round that is to take so many ms, a little above diskcache's own pace. */
const CALLS_PER_MS = 20
const TOGETHER = 100

export const structures: Workload = {
  ...workload([
    stowageQueues.workedOff,
    stowageQueues.together,
    stowageQueues.byHand,
    stowageQueues.memory,
    sqliteQueue,
  ]),
  name: 'structures',
  row: 31,
  title: 'jobs pushed and pulled, entries of an ordered map set and got, on a file; 80 B each; µs per job or entry',
  reference: DISKCACHE.name,
  targets: [
    speed(stowageQueues.together, 'pushUs'),
    speed(stowageQueues.together, 'pullUs'),
    { ...speed(stowageQueues.workedOff, 'pullUs'), must: 1.5 },
  ],
}

export const structuresRedis: Workload = {
  ...workload([
    bullmqQueues.lone,
    bullmqQueues.together,
    stowageQueues.redisWorkedOff,
    stowageQueues.redisByHand,
    stowageQueues.redisTogether,
  ]),
  name: 'structures-redis',
  row: 31,
  title: 'jobs pushed and pulled, on Redis; 80 B each; µs per job',
  reference: bullmqQueues.lone.name,
  targets: [],
}

function workload(contenders: readonly QueueContender[]): Pick<Workload, 'entrants' | 'measures' | 'rounds'> {
  const isOnFile = contenders.includes(sqliteQueue)
  const entrants = contenders.map((contender) => ({
    ...contender,
    open: ({ store }: { readonly store: { readonly workMs: number } }) =>
      openQueue(contender, countFor(store.workMs), isOnFile),
  }))
  const operations = isOnFile ? ['push', 'pull', 'set', 'get'] : ['push', 'pull']
  return {
    entrants: isOnFile ? [DISKCACHE, ...entrants] : entrants,
    measures: operations.flatMap((name) => [
      { name: `${name}Us`, title: name },
      { name: `${name}CpuUs`, title: `${name} CPU` },
    ]),
    rounds: ({ store }) => store,
  }
}

function speed({ name }: QueueContender, measure: string): Target {
  return { entrant: name, measure, form: 'speed', must: 3, aim: 3 }
}

function countFor(workMs: number): number {
  return Math.ceil((workMs * CALLS_PER_MS) / TOGETHER) * TOGETHER
}

async function openPython(count: number): Promise<Bout> {
  const folder = makeFolder()
  const crew = await PythonCrew.gather(1, 'diskcache-deque.py', [folder.path])
  let roundCount = 0
  const round = async (): Promise<Figures> => {
    const { reports } = await crew.run({ round: roundCount++, amount: count })
    const [report] = reports
    if (report === undefined) throw new SkippedError('diskcache gave no figures')
    const { endedAtMs: _, ...figures } = report
    return figures
  }
  return boutOf(round, async () => {
    await crew.dismiss()
    folder.remove()
  })
}

async function openQueue(contender: QueueContender, count: number, isMapped: boolean): Promise<Bout> {
  const folder = makeFolder()
  const queue = await contender.open(folder.path)
  return boutOf(
    () => roundOf(queue, count, isMapped),
    async () => {
      await queue.close()
      folder.remove()
    },
  )
}

async function roundOf(queue: OpenQueue, count: number, isMapped: boolean): Promise<Figures> {
  const figures: Record<string, number> = {}
  Object.assign(figures, await cost('push', count, () => queue.push(count)))
  if ((await queue.size()) !== count) throw new WrongAnswerError('not all jobs are there that were pushed')
  const pull = async (): Promise<void> => {
    if ((await queue.pull(count))?.to !== JOB.to) throw new WrongAnswerError('a job that was pushed does not come')
  }
  Object.assign(figures, await cost('pull', count, pull))
  if ((await queue.size()) !== 0) throw new WrongAnswerError('jobs are left that were pulled')
  const { map } = queue
  if (map === undefined || !isMapped) return figures
  const width = queue.width ?? 1
  Object.assign(figures, await cost('set', count, () => inTurn(count, width, (at) => map.set(`key:${at}`, JOB))))
  Object.assign(figures, await cost('get', count, () => inTurn(count, width, (at) => map.get(`key:${at}`))))
  if ((await map.get('key:0'))?.to !== JOB.to) throw new WrongAnswerError('an entry that was set is not there')
  return figures
}

async function cost(name: string, count: number, run: () => Promise<unknown>): Promise<Figures> {
  const [used, startedMs] = [process.cpuUsage(), performance.now()]
  await run()
  const { user, system } = process.cpuUsage(used)
  return {
    [`${name}Us`]: ((performance.now() - startedMs) * 1_000) / count,
    [`${name}CpuUs`]: (user + system) / count,
  }
}

function boutOf(round: () => Promise<Figures>, close: () => Promise<unknown>): Bout {
  return {
    async smoke() {
      await round()
    },
    round,
    async close() {
      await close()
    },
  }
}
