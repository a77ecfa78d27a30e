/** A run as a person reads it: per workload one line per entrant, cheapest first; in the end, wanted and reached. */
import type { Measure, Workload } from '../harness/contract.ts'
import type { Quartiles } from '../harness/quartiles.ts'
import type { EntrantSummary, Verdict, WorkloadSummary } from '../harness/summary.ts'
import { columns } from './columns.ts'
import type { RunRecord } from './record.ts'

export function headText({ machine, scale, versions, startedAt }: Omit<RunRecord, 'workloads'>): string {
  const { cpu, coreCount, node, loadAverage } = machine
  return [
    `Stowage beside its peers, ${startedAt}`,
    `  ${cpu}, ${coreCount} cores, Node ${node}, load ${loadAverage.toFixed(1)}; medians of ${scale.roundCount} interleaved rounds, of ${scale.store.roundCount} on a disk`,
    `  ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ].join('\n')
}

export function workloadText(workload: Workload, { entrants }: WorkloadSummary): string {
  const measured = entrants.filter(({ state }) => state === 'measured').toSorted(cheaperFirst)
  const out = entrants.filter(({ state }) => state !== 'measured')
  const lines = [
    ...columns([headings(workload), ...measured.map((entrant) => entrantCells(workload, entrant))]),
    ...out.map(({ name, state, reason }) => `${name}   ${state.toUpperCase()}: ${reason}`),
    ...(workload.awaited ?? []).map(({ name, reason }) => `${name}   not there yet: ${reason}`),
  ]
  return [`${workload.title}   [${workload.name}]`, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** Wanted and reached, for all workloads together. */
export function targetsText(workloads: RunRecord['workloads']): string {
  const rows = workloads.flatMap(({ row, name, measures, verdicts }) =>
    verdicts.map((verdict) => {
      const title = measures.find((measure) => measure.name === verdict.measure)?.title ?? verdict.measure
      return [`${name} (row ${row}): ${verdict.entrant}`, ...verdictCells(verdict, title)]
    }),
  )
  if (rows.length === 0) return 'No targets for these workloads.'
  return columns([['Targets', 'measure', 'ours', 'must', 'aim', ''], ...rows])
    .map((line, at) => (at === 0 ? line : `  ${line}`))
    .join('\n')
}

function headings({ measures, reference }: Workload): string[] {
  return [
    '',
    ...measures.flatMap((measure) =>
      hasRatio(measure, reference) ? [measure.title, 'ratio', ''] : [measure.title, ''],
    ),
  ]
}

function entrantCells({ measures, reference }: Workload, entrant: EntrantSummary): string[] {
  const cells = measures.flatMap((measure) => {
    const summary = entrant.measures.find((each) => each.measure === measure.name)
    const figure = summary === undefined ? '-' : amount(summary.figure.median)
    if (!hasRatio(measure, reference)) return [figure, summary === undefined ? '' : spread(summary.figure)]
    if (summary?.speed === undefined) return [figure, '-', '']
    return [figure, ratio(summary.speed.median), entrant.name === reference ? '' : spread(summary.speed)]
  })
  return [entrant.name, ...cells]
}

function hasRatio({ isAbsolute = false }: Measure, reference: string | undefined): boolean {
  return reference !== undefined && !isAbsolute
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

function cheaperFirst(a: EntrantSummary, b: EntrantSummary): number {
  return firstFigure(a) - firstFigure(b)
}

function firstFigure({ measures }: EntrantSummary): number {
  return measures[0]?.figure.median ?? Number.POSITIVE_INFINITY
}

/** Half the distance between the quartiles, as a share of the median. */
function spread({ median, low, high }: Quartiles): string {
  return high === low ? '' : `±${Math.round(((high - low) / 2 / median) * 100)} %`
}

function ratio(value: number): string {
  return value.toFixed(value >= 10 ? 1 : value < 0.1 ? 3 : 2)
}

function amount(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1)
}
