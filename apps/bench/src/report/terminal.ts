/** A run as a person reads it: per workload one line per entrant, cheapest first; in the end, wanted and reached. */
import type { Workload } from '../harness/contract.ts'
import type { Verdict, WorkloadSummary } from '../harness/summary.ts'
import { columns } from './columns.ts'
import type { RunRecord } from './record.ts'
import { amount, headings, measuredRows, ratio, unmeasuredLines } from './rows.ts'

export function headText({ machine, scale, versions, startedAt }: Omit<RunRecord, 'workloads'>): string {
  const { cpu, coreCount, node, loadAverage } = machine
  return [
    `Stowage beside its peers, ${startedAt}`,
    ...(scale.purpose === 'look'
      ? ['  A LOOK ONLY (--quick): short rounds, small stores, some workloads; not for results']
      : []),
    `  ${cpu}, ${coreCount} cores, Node ${node}, load ${loadAverage.toFixed(1)}; medians of ${scale.roundCount} interleaved rounds, of ${scale.store.roundCount} on a disk`,
    `  ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ].join('\n')
}

export function workloadText(workload: Workload, summary: WorkloadSummary): string {
  const lines = [
    ...columns([headings(workload), ...measuredRows(workload, summary)]),
    ...unmeasuredLines(summary),
    ...(workload.awaited ?? []).map(({ name, reason }) => `${name}   not there yet: ${reason}`),
  ]
  return [`${workload.title}   [${workload.name}]`, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** Wanted and reached, for all workloads together. */
export function targetsText(workloads: RunRecord['workloads']): string {
  const rows = targetRows(workloads)
  if (rows.length === 0) return 'No targets for these workloads.'
  return columns([['Targets', ...TARGET_HEADINGS], ...rows])
    .map((line, at) => (at === 0 ? line : `  ${line}`))
    .join('\n')
}

export const TARGET_HEADINGS = ['measure', 'ours', 'must', 'aim', '']

type Judged = Pick<Workload, 'row' | 'name' | 'measures'> & Pick<WorkloadSummary, 'verdicts'>

export function targetRows(workloads: readonly Judged[]): string[][] {
  return workloads.flatMap(({ row, name, measures, verdicts }) =>
    verdicts.map((verdict) => {
      const title = measures.find((measure) => measure.name === verdict.measure)?.title ?? verdict.measure
      return [`${name} (row ${row}): ${verdict.entrant}`, ...verdictCells(verdict, title)]
    }),
  )
}

const SIGNS = { speed: '>=', cost: '<=', excess: '<=', figure: '<=' } as const
const UNITS = { speed: 'as fast', cost: 'as dear', excess: 'more', figure: '' } as const
const RESULTS = { aim: 'pass, aim reached', must: 'pass', missed: 'MISS', unmeasured: 'not measured' } as const

function verdictCells({ form, must, aim, ours, result, against }: Verdict, title: string): string[] {
  const shown = form === 'figure' || form === 'excess' ? amount : (value: number) => `${ratio(value)}x`
  const unit = [title, UNITS[form], against === undefined ? '' : `as ${against}`]
    .filter((part) => part !== '')
    .join(' ')
  const sign = SIGNS[form]
  return [
    unit,
    ours === undefined ? '-' : shown(ours),
    `${sign} ${shown(must)}`,
    `${sign} ${shown(aim)}`,
    RESULTS[result],
  ]
}
