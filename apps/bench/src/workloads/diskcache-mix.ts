/** Python's diskcache at its own benchmark's mix, and ours at the same. */
import { stowageSqlite } from '../contenders/stowage-sqlite.ts'
import { type Bout, type Figures, type Target, type Workload, WrongAnswerError } from '../harness/contract.ts'
import { makeFolder } from '../material/folder.ts'
import { Crew, type CrewRun, type CrewTask, sumOf } from './crew.ts'
import { CALL_NAMES, FEW_KEYS, MANY_KEYS, type MixShape, mixJob, PERCENTILES } from './mix-job.ts'
import { PythonCrew } from './python-crew.ts'

const PEER = 'diskcache (Python)'
const OWN = stowageSqlite.name
/** Calls of one process in a round that is to take so many ms, a little above diskcache's own pace. */
const CALLS_PER_MS = 60

const LATENCIES = CALL_NAMES.flatMap((name) =>
  PERCENTILES.map((percentile) => ({
    name: `${name}P${percentile}Us`,
    title: `${name} p${percentile}`,
    isAbsolute: true,
  })),
)

export const diskcacheMix = mix('diskcache-mix', FEW_KEYS, 1)
export const diskcacheMixMany = mix('diskcache-mix-10k', MANY_KEYS, 1)
export const diskcacheMixTwo = mix('diskcache-mix-2-processes', FEW_KEYS, 2)

function mix(name: string, shape: MixShape, processCount: number): Workload {
  const job = mixJob(shape)
  const sizes = [shape.keyCount, shape.minBytes, shape.maxBytes].map(String)
  const others = job.contenders.map((contender) => ({
    name: contender.name,
    packages: contender.packages,
    gather: (directory: string) => Crew.gather(processCount, job, contender.name, directory),
  }))
  const peer = {
    name: PEER,
    packages: [],
    gather: (directory: string) => PythonCrew.gather(processCount, 'diskcache-mix.py', [directory, ...sizes]),
  }
  return {
    name,
    row: 29,
    title: `90 gets, 9 sets, 1 deletion of ${shape.keyCount} keys with ${shape.maxBytes} B at most, ${processCount} process(es); µs`,
    entrants: [peer, ...others].map(({ gather, ...entrant }) => ({
      ...entrant,
      open: async ({ store }) => openMix(gather, store.workMs * CALLS_PER_MS),
    })),
    measures: [{ name: 'callUs', title: 'µs/call' }, ...LATENCIES],
    reference: PEER,
    targets: [
      { entrant: OWN, measure: 'callUs', form: 'speed', must: 3, aim: 3 },
      ...CALL_NAMES.map((call): Target => ({ entrant: OWN, measure: `${call}P99Us`, form: 'cost', must: 1, aim: 0.5 })),
    ],
    rounds: ({ store }) => store,
  }
}

interface Gathered {
  run(task: CrewTask): Promise<CrewRun>
  dismiss(): Promise<void>
}

async function openMix(gather: (directory: string) => Promise<Gathered>, callCount: number): Promise<Bout> {
  const folder = makeFolder()
  const crew = await gather(folder.path)
  let roundCount = 0

  async function round(): Promise<Figures> {
    const { reports, wallMs } = await crew.run({ round: roundCount++, amount: callCount })
    const wrongCount = sumOf(reports, 'wrongCount')
    if (wrongCount > 0) throw new WrongAnswerError(`${wrongCount} gets gave another key's value, or half of one`)
    // Of several processes the slowest.
    const latencies = LATENCIES.map(
      ({ name }) => [name, Math.max(...reports.map((report) => report[name] ?? 0))] as const,
    )
    return { callUs: (wallMs * 1_000) / sumOf(reports, 'callCount'), ...Object.fromEntries(latencies) }
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
