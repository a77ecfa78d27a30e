/**
 * A queue and an ordered map on a file, beside diskcache's Deque and Index, which have no acknowledgement: a job that was taken
 * there is gone when its taker dies. Ours is pulled and acknowledged, which are two commits, and counted as one pull.
 */
import { type Bout, type Figures, SkippedError, type Workload, WrongAnswerError } from '../harness/contract.ts'
import { type Folder, makeFolder } from '../material/folder.ts'
import { PythonCrew } from './python-crew.ts'

const PEER = 'diskcache Deque and Index (Python)'
const OWN = 'Stowage sqlite, one after the other'
const OWN_TOGETHER = 'Stowage sqlite, 100 at once'
const OWN_MEMORY = 'Stowage memory, one after the other'
const TOGETHER = 100
/** Operations of one kind in a round that is to take so many ms, a little above diskcache's own pace. */
const CALLS_PER_MS = 4
const VALUE = { to: 'ada@example.org', subject: 'Your weekly digest', number: 1 }
const OPERATIONS = ['push', 'pull', 'set', 'get'] as const

const PACKAGES = ['@stowage/core', '@stowage/structures', '@stowage/sqlite']

export const structures: Workload = {
  name: 'structures',
  row: 31,
  title: 'jobs pushed and pulled, entries of an ordered map set and got, on a file; 80 B each; µs per job or entry',
  entrants: [
    { name: PEER, packages: [], open: ({ store }) => openPython(countFor(store.workMs)) },
    { name: OWN, packages: PACKAGES, open: ({ store }) => openOwn('sqlite', 1, countFor(store.workMs)) },
    {
      name: OWN_TOGETHER,
      packages: PACKAGES,
      open: ({ store }) => openOwn('sqlite', TOGETHER, countFor(store.workMs)),
    },
    { name: OWN_MEMORY, packages: PACKAGES, open: ({ store }) => openOwn('memory', 1, countFor(store.workMs)) },
  ],
  measures: OPERATIONS.flatMap((name) => [
    { name: `${name}Us`, title: name },
    { name: `${name}CpuUs`, title: `${name} CPU` },
  ]),
  reference: PEER,
  targets: [
    { entrant: OWN_TOGETHER, measure: 'pushUs', form: 'speed', must: 3, aim: 5 },
    { entrant: OWN_TOGETHER, measure: 'pullUs', form: 'speed', must: 3, aim: 3 },
  ],
  rounds: ({ store }) => store,
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
  return boutOf(folder, round, () => crew.dismiss())
}

async function openOwn(kind: 'sqlite' | 'memory', width: number, count: number): Promise<Bout> {
  const folder = makeFolder()
  const backend = await backendOf(kind, folder)
  const { createIndex, createQueue } = await import('@stowage/structures')
  const queue = createQueue<typeof VALUE>(backend, 'jobs', { visibility: '1h' })
  const index = createIndex<typeof VALUE>(backend, 'entries')
  const work = {
    push: () => queue.push(VALUE),
    pull: async () => {
      for (const job of await queue.pullMany(1)) await job.ack()
    },
    set: (number: number) => index.set(`key:${number}`, VALUE),
    get: (number: number) => index.get(`key:${number}`),
  }
  const pullTogether = async (): Promise<void> => {
    const jobs = await queue.pullMany(width)
    await Promise.all(jobs.map((job) => job.ack()))
  }
  const round = async (): Promise<Figures> => {
    const figures: Record<string, number> = {}
    for (const name of OPERATIONS) {
      const step =
        width === 1
          ? work[name]
          : name === 'pull'
            ? pullTogether
            : (from: number) => Promise.all(Array.from({ length: width }, (_, at) => work[name](from + at)))
      Object.assign(figures, await cost(name, count, width, step))
    }
    if ((await queue.size()) !== 0) throw new WrongAnswerError('jobs are left that were pulled')
    if ((await index.get('key:0'))?.to !== VALUE.to) throw new WrongAnswerError('an entry that was set is not there')
    return figures
  }
  return boutOf(folder, round, async () => backend.close())
}

async function backendOf(kind: 'sqlite' | 'memory', folder: Folder) {
  if (kind === 'memory') return (await import('@stowage/memory')).memoryBackend({ maxEntries: 1 })
  return (await import('@stowage/sqlite')).sqliteBackend({ path: `${folder.path}/bench.db` })
}

async function cost(
  name: string,
  count: number,
  width: number,
  step: (number: number) => Promise<unknown>,
): Promise<Figures> {
  const [used, startedMs] = [process.cpuUsage(), performance.now()]
  for (let number = 0; number < count; number += width) await step(number)
  const { user, system } = process.cpuUsage(used)
  return {
    [`${name}Us`]: ((performance.now() - startedMs) * 1_000) / count,
    [`${name}CpuUs`]: (user + system) / count,
  }
}

function boutOf(folder: Folder, round: () => Promise<Figures>, close: () => Promise<unknown>): Bout {
  return {
    async smoke() {
      await round()
    },
    round,
    async close() {
      await close()
      folder.remove()
    },
  }
}
