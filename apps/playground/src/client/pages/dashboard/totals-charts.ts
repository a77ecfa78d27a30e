/** The two charts of the totals panel: same days, one pointer. */
import uPlot from 'uplot'
import { dayAxis, dayScale, daySeconds, PLOT_PADDING, utcDate, xAxis, yAxis } from '../../charts/axes.ts'
import type { Palette } from '../../charts/palette.ts'
import type { PlotContent, PlotOptions } from '../../charts/plot.tsx'
import { type TooltipLine, tooltip } from '../../charts/tooltip.ts'
import { formatCount, formatFullDay, formatMinutes, formatShortCount } from '../../format.ts'
import type { PanelRow } from '../../rpc.ts'

type Row = PanelRow<'totals'>

const SYNC_KEY = 'totals'

/** What both charts share. */
function overDays(
  rows: readonly Row[],
  lineFor: (row: Row) => TooltipLine,
): Pick<PlotOptions, 'tzDate' | 'padding' | 'cursor' | 'plugins' | 'scales'> {
  return {
    tzDate: utcDate,
    padding: PLOT_PADDING,
    scales: {
      x: dayScale(rows.map((row) => row.day)),
      // Bars stand on zero, also when there is only one.
      y: { range: (_plot, least, most) => [Math.min(0, least * 1.1), Math.max(0, most * 1.1)] },
    },
    cursor: {
      sync: { key: SYNC_KEY, setSeries: false },
      drag: { x: false, y: false },
      y: false,
      points: { show: false },
    },
    plugins: [
      tooltip((index) => {
        const row = rows[index]
        return row === undefined ? { title: '', lines: [] } : { title: formatFullDay(row.day), lines: [lineFor(row)] }
      }),
    ],
  }
}

export function flightChart(rows: readonly Row[]): PlotContent {
  return {
    columns: [rows.map((row) => daySeconds(row.day)), rows.map((row) => row.flightCount)],
    optionsFor: (palette: Palette) => ({
      ...overDays(rows, (row) => ({ label: 'flights', value: formatCount(row.flightCount), colour: palette.primary })),
      series: [{}, { fill: palette.primary, width: 0, paths: bars(), points: { show: false } }],
      axes: [xAxis(palette, { show: false }), yAxis(palette, formatShortCount)],
    }),
  }
}

export function delayChart(rows: readonly Row[]): PlotContent {
  return {
    columns: [rows.map((row) => daySeconds(row.day)), rows.map((row) => row.meanDelayMinutes)],
    optionsFor: (palette: Palette) => ({
      ...overDays(rows, (row) => ({
        label: 'min late',
        value: formatMinutes(row.meanDelayMinutes),
        colour: palette.secondary,
      })),
      series: [{}, { fill: palette.secondary, width: 0, paths: bars(), points: { show: false } }],
      axes: [dayAxis(palette), yAxis(palette, formatCount)],
    }),
  }
}

function bars(): uPlot.Series.PathBuilder {
  return uPlot.paths.bars?.({ size: [0.72, 48], radius: 0.15 }) ?? (() => null)
}
