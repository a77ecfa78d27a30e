/** The cells of a workload's table: one row per entrant, cheapest first, and what could not be measured. */
import type { Measure, Workload } from '../harness/contract.ts'
import type { Quartiles } from '../harness/quartiles.ts'
import type { EntrantSummary, WorkloadSummary } from '../harness/summary.ts'

type Titled = Pick<Workload, 'measures' | 'reference'>

export function headings({ measures, reference }: Titled): string[] {
  return [
    '',
    ...measures.flatMap((measure) =>
      hasRatio(measure, reference) ? [measure.title, 'ratio', ''] : [measure.title, ''],
    ),
  ]
}

export function measuredRows(workload: Titled, { entrants }: Pick<WorkloadSummary, 'entrants'>): string[][] {
  const measured = entrants.filter(({ state }) => state === 'measured').toSorted(cheaperFirst)
  return measured.map((entrant) => entrantCells(workload, entrant))
}

/** Of whom there are no figures, and why. */
export function unmeasuredLines({ entrants }: Pick<WorkloadSummary, 'entrants'>): string[] {
  const out = entrants.filter(({ state }) => state !== 'measured')
  return out.map(({ name, state, reason }) => `${name}   ${state.toUpperCase()}: ${reason}`)
}

function entrantCells({ measures, reference }: Titled, entrant: EntrantSummary): string[] {
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

function cheaperFirst(a: EntrantSummary, b: EntrantSummary): number {
  return firstFigure(a) - firstFigure(b)
}

function firstFigure({ measures }: EntrantSummary): number {
  return measures[0]?.figure.median ?? Number.POSITIVE_INFINITY
}

/** Half the distance between the quartiles, as a share of the median. */
function spread({ median, low, high }: Quartiles): string {
  return high === low || median === 0 ? '' : `±${Math.round(((high - low) / 2 / median) * 100)} %`
}

export function ratio(value: number): string {
  return value.toFixed(value >= 10 ? 1 : value < 0.1 ? 3 : 2)
}

export function amount(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1)
}
