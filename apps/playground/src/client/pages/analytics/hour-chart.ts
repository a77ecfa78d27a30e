/**
 * The median delay of each hour, in a band of one median absolute deviation to both sides.
 *
 * The axis is drawn by the inverse hyperbolic sine, which is straight near zero and logarithmic far from it: the rush
 * hours differ by minutes, the small hours by an hour and a half.
 */
import type uPlot from 'uplot'
import { PLOT_PADDING, xAxis, yAxis } from '../../charts/axes.ts'
import type { Palette } from '../../charts/palette.ts'
import type { PlotContent } from '../../charts/plot.tsx'
import { tooltip } from '../../charts/tooltip.ts'
import { formatCount, formatHour, formatMinutes, formatWholeMinutes } from '../../format.ts'
import type { PanelRow } from '../../rpc.ts'
import { HOURS_OF_FLYING, placeOfHour } from './flying-day.ts'

const SPLITS_MINUTES = [-100, -30, -10, 0, 10, 30, 100, 300, 1_000]
/** Where the axis turns from straight to logarithmic. */
const STRAIGHT_UNTIL_MINUTES = 10

export function hourChart(unordered: readonly PanelRow<'hours'>[]): PlotContent {
  const rows = unordered.toSorted((a, b) => placeOfHour(a.hour) - placeOfHour(b.hour))
  const highs = rows.map((row) => row.medianDelayMinutes + row.madDelayMinutes)
  const lows = rows.map((row) => row.medianDelayMinutes - row.madDelayMinutes)
  const ends: uPlot.Range.MinMax = [Math.min(-10, ...lows) * 1.3, Math.max(10, ...highs) * 1.3]
  return {
    columns: [rows.map((row) => placeOfHour(row.hour)), highs, rows.map((row) => row.medianDelayMinutes), lows],
    optionsFor: (palette) => {
      const edge = { width: 0, points: { show: false } }
      const median = { stroke: palette.primary, width: 2, points: { show: true, size: 5, fill: palette.primary } }
      return {
        padding: PLOT_PADDING,
        scales: {
          x: { time: false, range: () => [-0.5, 23.5] },
          y: { distr: 4, asinh: STRAIGHT_UNTIL_MINUTES, range: () => ends },
        },
        cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
        bands: [{ series: [1, 3], fill: palette.primarySoft }],
        series: [{}, edge, median, edge],
        axes: [hourAxis(palette), minuteAxis(palette, ends)],
        plugins: [
          tooltip((index) => {
            const row = rows[index]
            if (row === undefined) return { title: '', lines: [] }
            return {
              title: `${formatHour(row.hour)} to ${formatHour((row.hour + 1) % 24)}`,
              lines: [
                { label: 'median', value: `${formatMinutes(row.medianDelayMinutes)} min`, colour: palette.primary },
                {
                  label: 'half within',
                  value: `±${formatMinutes(row.madDelayMinutes)} min`,
                  colour: palette.primarySoft,
                },
                { label: 'flights', value: formatCount(row.flightCount), colour: 'transparent' },
              ],
            }
          }),
        ],
      }
    },
  }
}

function hourAxis(palette: Palette): uPlot.Axis {
  return xAxis(palette, {
    incrs: [1, 2, 3, 4, 6, 12],
    space: 44,
    values: (_plot, places) => places.map((place) => formatHour(HOURS_OF_FLYING[place] ?? 0)),
  })
}

function minuteAxis(palette: Palette, [low, high]: uPlot.Range.MinMax): uPlot.Axis {
  return {
    ...yAxis(palette, formatWholeMinutes),
    splits: () => SPLITS_MINUTES.filter((minutes) => minutes > (low ?? 0) && minutes < (high ?? 0)),
    filter: (_plot, splits) => splits,
  }
}
