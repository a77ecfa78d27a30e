/** The table of the front page: a few workloads, the limit, ours, and the best peer of each. Where a peer wins, it says so. */
import { amount, ratio } from '../report/rows.ts'
import { table } from './page.ts'
import type { Run, WorkloadRun } from './run-file.ts'
import { type Side, sideOf } from './sides.ts'

/** Workloads by what a reader calls them; of several measures, which. */
const SHOWN: readonly (readonly [name: string, what: string, measure: string | undefined])[] = [
  ['get-hit-2kb', 'awaited hit in memory, 2 KB', undefined],
  ['get-or-set-hit', '`getOrSet` that hits', undefined],
  ['isolated-hit', 'hit whose value is the caller’s own copy', undefined],
  ['stampede', '1,000 callers of one cold key', 'cpuMs'],
  ['store-set', 'sets in a file, one after the other', 'seqUs'],
  ['store-get', 'gets from a file, one after the other', 'seqUs'],
  ['files-set', 'sets of one file each', 'seqUs'],
  ['redis-wave-200b', '1,000 gets at once on Redis', 'getWaveUs'],
  ['diskcache-mix', 'the mix of Python’s diskcache', undefined],
  ['hit-ratio-db-oltp', 'requests of a database, room for 1 % of its keys', 'missedAt1'],
  ['http-hit-1kb', 'HTTP hit of 1 KB', 'cpuUs'],
]

export function readmeTable(run: Run): string[] {
  const rows = SHOWN.flatMap(([name, what, measure]) => {
    const workload = run.workloads.find((each) => each.name === name)
    return workload === undefined ? [] : [rowOf(workload, what, measure ?? workload.measures[0]?.name ?? '')]
  })
  const { machine, startedAt } = run
  return [
    ...table([['', 'measured against', 'Stowage', 'the best peer'], ...rows]),
    '',
    `How many times as cheap as what it is measured against, in brackets; more is better. ${startedAt.slice(0, 10)}, ${machine.cpu}, ${machine.coreCount} cores, Node ${machine.node}, load ${machine.loadAverage.toFixed(1)}.`,
    'All of it, with versions and spreads: [apps/bench/results](apps/bench/results/README.md).',
  ]
}

interface Standing {
  readonly name: string
  readonly figure: number
  /** Undefined where there is no limit to compare with. */
  readonly speed: number | undefined
}

function rowOf(workload: WorkloadRun, what: string, measure: string): string[] {
  const title = workload.measures.find(({ name }) => name === measure)?.title ?? measure
  const [limit, ours, peer] = (['limit', 'ours', 'peer'] as const).map((side) => best(workload, measure, side))
  const isBeaten = ours !== undefined && peer !== undefined && peer.figure < ours.figure
  const cell = (standing: Standing | undefined, isBold: boolean): string => {
    if (standing === undefined) return '-'
    const { name, figure, speed } = standing
    const text = `${name}: ${amount(figure)}${speed === undefined ? '' : ` (${ratio(speed)})`}`
    return isBold ? `**${text}**` : text
  }
  return [`${what}, ${title}`, cell(limit, false), cell(ours, !isBeaten), cell(peer, isBeaten)]
}

/** The limit is the workload's reference; of the others, the cheapest. */
function best(workload: WorkloadRun, measure: string, side: Side): Standing | undefined {
  const standings = workload.entrants
    .filter(({ name }) => (side === 'limit' ? name === workload.reference : sideOf(name, workload) === side))
    .flatMap(({ name, measures }): Standing[] => {
      const found = measures.find((each) => each.measure === measure)
      if (found === undefined) return []
      return [{ name, figure: found.figure.median, speed: found.speed?.median }]
    })
  return standings.toSorted((one, other) => one.figure - other.figure)[0]
}
