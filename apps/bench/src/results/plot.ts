/** A plot of one workload: how many times as cheap each entrant is as the reference, ours in a colour of their own. */
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { WorkloadRun } from './run-file.ts'
import { type Side, sideOf } from './sides.ts'

const COLOURS: Readonly<Record<Side, string>> = { ours: '#0f766e', limit: '#94a3b8', peer: '#d97706' }
const SIDES: readonly Side[] = ['ours', 'limit', 'peer']
const NAMES: Readonly<Record<Side, string>> = { ours: 'Stowage', limit: 'limit', peer: 'peer' }

/** Where its plot is, seen from the page. */
export function plotFile({ name }: WorkloadRun): string {
  return `plots/${name}.svg`
}

/** The first measure that several entrants have a ratio of; undefined: there is nothing to compare. */
export function plottedMeasure({ entrants, measures }: WorkloadRun): WorkloadRun['measures'][number] | undefined {
  const ratioCount = (name: string): number =>
    entrants.filter((entrant) => entrant.measures.some(({ measure, speed }) => measure === name && speed !== undefined))
      .length
  return measures.find(({ name, isAbsolute = false }) => !isAbsolute && ratioCount(name) > 1)
}

export async function plotOf(workload: WorkloadRun, measure: WorkloadRun['measures'][number]): Promise<string> {
  const values = workload.entrants.flatMap(({ name, measures }) => {
    const speed = measures.find((each) => each.measure === measure.name)?.speed
    if (speed === undefined) return []
    return [{ name, side: NAMES[sideOf(name, workload)], low: speed.low, median: speed.median, high: speed.high }]
  })
  const cheapestFirst = values.toSorted((one, other) => other.median - one.median).map(({ name }) => name)
  const y = { field: 'name', type: 'nominal', title: null, sort: cheapestFirst } as const
  const spec: TopLevelSpec = {
    width: 420,
    background: '#ffffff',
    title: { text: `${measure.title}: times as cheap as ${workload.reference ?? ''}`, fontSize: 12, anchor: 'start' },
    data: { values },
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.65 } },
        encoding: {
          y,
          x: { field: 'median', type: 'quantitative', title: null },
          color: {
            field: 'side',
            scale: { domain: SIDES.map((side) => NAMES[side]), range: SIDES.map((side) => COLOURS[side]) },
            title: null,
          },
        },
      },
      {
        mark: { type: 'rule', color: '#334155' },
        encoding: { y, x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
    ],
    config: { font: 'sans-serif', axis: { labelLimit: 260 } },
  }
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
}
