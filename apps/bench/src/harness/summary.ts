/**
 * What the rounds of a workload come to. A ratio is taken within each round, between figures that were measured one
 * after the other, and the median is taken of the ratios: the machine's mood cancels out.
 */
import type { Target, Workload } from './contract.ts'
import { type Quartiles, quartilesOf } from './quartiles.ts'
import type { Outcome } from './schedule.ts'

interface MeasureSummary {
  readonly measure: string
  readonly figure: Quartiles
  /** How many times as cheap as the reference, round by round. Absent where there is none. */
  readonly speed?: Quartiles | undefined
}

export interface EntrantSummary extends Outcome {
  readonly measures: readonly MeasureSummary[]
}

export interface Verdict extends Target {
  /** Undefined when the entrant or the reference has no figures. */
  readonly ours?: number | undefined
  readonly result: 'aim' | 'must' | 'missed' | 'unmeasured'
}

export interface WorkloadSummary {
  readonly entrants: readonly EntrantSummary[]
  readonly verdicts: readonly Verdict[]
}

type Asked = Pick<Workload, 'measures' | 'reference' | 'targets'>

export function summaryOf({ measures, reference, targets }: Asked, outcomes: readonly Outcome[]): WorkloadSummary {
  const entrants = outcomes.map((outcome) => ({
    ...outcome,
    measures: measures.flatMap(({ name: measure, isAbsolute = false }) => {
      const figures = figuresOf(outcomes, outcome.name, measure)
      if (figures.length === 0) return []
      const against = reference === undefined || isAbsolute ? [] : figuresOf(outcomes, reference, measure)
      const speed = against.length === 0 ? undefined : quartilesOf(quotients(against, figures))
      return [{ measure, figure: quartilesOf(figures), speed }]
    }),
  }))
  return { entrants, verdicts: targets.map((target) => verdictOf(target, outcomes, reference)) }
}

function verdictOf(target: Target, outcomes: readonly Outcome[], reference: string | undefined): Verdict {
  const ours = reached(target, outcomes, target.against ?? reference)
  if (ours === undefined) return { ...target, ours, result: 'unmeasured' }
  const keeps = (limit: number): boolean => (target.form === 'speed' ? ours >= limit : ours <= limit)
  return { ...target, ours, result: keeps(target.aim) ? 'aim' : keeps(target.must) ? 'must' : 'missed' }
}

function reached(target: Target, outcomes: readonly Outcome[], reference: string | undefined): number | undefined {
  const figures = figuresOf(outcomes, target.entrant, target.measure)
  if (figures.length === 0) return undefined
  if (target.form === 'figure') return quartilesOf(figures).median
  const against = reference === undefined ? [] : figuresOf(outcomes, reference, target.measure)
  if (against.length === 0) return undefined
  if (target.form === 'excess') return quartilesOf(differences(figures, against)).median
  return quartilesOf(target.form === 'speed' ? quotients(against, figures) : quotients(figures, against)).median
}

function figuresOf(outcomes: readonly Outcome[], entrant: string, measure: string): number[] {
  const rounds = outcomes.find(({ name }) => name === entrant)?.rounds ?? []
  return rounds.map((figures) => figures[measure]).filter((figure) => figure !== undefined)
}

/** Both have a figure for every round. */
function quotients(dividends: readonly number[], divisors: readonly number[]): number[] {
  return dividends.map((dividend, round) => dividend / (divisors[round] ?? Number.NaN))
}

function differences(minuends: readonly number[], subtrahends: readonly number[]): number[] {
  return minuends.map((minuend, round) => minuend - (subtrahends[round] ?? Number.NaN))
}
