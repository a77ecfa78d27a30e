/**
 * The chart of ranks: rank 1 on top, on a logarithmic axis, so that a storm's rank 80 leaves room for the rest. Day by day; over
 * many days week by week, as the weekends alone would fill it with teeth.
 */
import type uPlot from 'uplot'
import { dayAxis, dayScale, daySeconds, PLOT_PADDING, utcDate, yAxis } from '../../charts/axes.ts'
import type { PlotContent } from '../../charts/plot.tsx'
import { tooltip } from '../../charts/tooltip.ts'
import { formatFullDay } from '../../format.ts'
import type { PanelRow } from '../../rpc.ts'

type Row = PanelRow<'ranks'>

const MOST_DAYS_BY_DAY = 62

export interface RankedAirport {
  readonly code: string
  readonly city: string | null
  readonly best: number
  readonly worst: number
}

/** In order of appearance: the busiest first. */
export function airportsOf(rows: readonly Row[]): readonly RankedAirport[] {
  return [...Map.groupBy(rows, (row) => row.origin)].map(([code, own]) => ({
    code,
    city: own[0]?.city ?? null,
    best: Math.min(...own.map((row) => row.rank)),
    worst: Math.max(...own.map((row) => row.rank)),
  }))
}

export function rankChart(rows: readonly Row[]): PlotContent {
  const days = [...new Set(rows.map((row) => row.day))].sort()
  const airports = airportsOf(rows)
  const rankOf = new Map(rows.map((row) => [`${row.origin} ${row.day}`, row.rank]))
  const step = days.length > MOST_DAYS_BY_DAY ? 7 : 1
  const starts = days.filter((_, at) => at % step === 0)
  const ranks = airports.map(({ code }) =>
    starts.map((_, at) => meanOf(days.slice(at * step, (at + 1) * step).map((day) => rankOf.get(`${code} ${day}`)))),
  )
  const ends = endsOf(ranks.flat().filter((rank) => rank !== null))
  return {
    columns: [starts.map(daySeconds), ...ranks],
    optionsFor: (palette) => {
      const colourOf = (position: number): string => palette.series[position] ?? palette.axis
      return {
        tzDate: utcDate,
        padding: PLOT_PADDING,
        scales: { x: dayScale(days), y: { distr: 3, log: 2, dir: -1, range: () => [ends.top, ends.bottom] } },
        cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 }, focus: { prox: 24 } },
        // The line nearest to the pointer stays, the others step back.
        focus: { alpha: 0.25 },
        series: [{}, ...airports.map((_, position) => lineOf(colourOf(position), starts.length))],
        axes: [
          dayAxis(palette),
          {
            ...yAxis(palette, String),
            splits: () => SPLITS.filter((rank) => rank >= ends.top && rank <= ends.bottom),
            filter: (_plot, splits) => splits,
          },
        ],
        plugins: [
          tooltip((index) => ({
            title: `${step > 1 ? 'Week of ' : ''}${formatFullDay(starts[index] ?? '')}`,
            lines: airports
              .map(({ code }, position) => ({ code, rank: ranks[position]?.[index], colour: colourOf(position) }))
              .flatMap(({ code, rank, colour }) =>
                typeof rank === 'number' ? [{ label: code, value: `#${Math.round(rank)}`, colour }] : [],
              ),
          })),
        ],
      }
    },
  }
}

function meanOf(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

function lineOf(stroke: string, dayCount: number): uPlot.Series {
  // Few days: points carry the reading, and a single one is all there is.
  return { stroke, width: 1.5, points: { show: dayCount <= 31, size: 5, fill: stroke } }
}

const SPLITS = [1, 2, 5, 10, 20, 50, 100, 200]

/** Where the axis begins and ends: a split or a little air beyond the best and the worst rank. */
function endsOf(ranks: readonly number[]): { readonly top: number; readonly bottom: number } {
  const best = Math.min(...ranks)
  const worst = Math.max(...ranks)
  return { top: SPLITS.findLast((rank) => rank <= best) ?? 1, bottom: Math.max(best * 2, worst * 1.1) }
}
