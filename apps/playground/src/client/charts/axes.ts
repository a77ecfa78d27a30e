/** Axes as all charts of the page draw them: quiet, in the page's own font, days in UTC. */
import uPlot from 'uplot'
import { dayOf, dayStartAtMs } from '../../shared/calendar.ts'
import { formatDay } from '../format.ts'
import type { Palette } from './palette.ts'

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
/** All y axes are as wide, so that charts above each other share their left edge. */
const Y_AXIS_WIDTH_PX = 44
const X_AXIS_HEIGHT_PX = 28

/** Air above and below for half a label, none at the sides, so that charts above each other share both edges. */
export const PLOT_PADDING: uPlot.Padding = [8, 0, 8, 0]

function quietAxis(palette: Palette): uPlot.Axis {
  return {
    stroke: palette.axis,
    font: FONT,
    ticks: { show: false },
    grid: { stroke: palette.grid, width: 1 },
    border: { show: false },
  }
}

export function yAxis(palette: Palette, format: (value: number) => string): uPlot.Axis {
  return {
    ...quietAxis(palette),
    size: Y_AXIS_WIDTH_PX,
    gap: 8,
    space: 28,
    values: (_plot, splits) => splits.map(format),
  }
}

export function xAxis(palette: Palette, options: Pick<uPlot.Axis, 'values' | 'space' | 'incrs' | 'show'>): uPlot.Axis {
  return { ...quietAxis(palette), grid: { show: false }, size: X_AXIS_HEIGHT_PX, gap: 8, ...options }
}

const DAY_SECONDS = 24 * 60 * 60

/** An x axis of days; its values are what {@link daySeconds} gives. */
export function dayAxis(palette: Palette): uPlot.Axis {
  return xAxis(palette, {
    space: 64,
    incrs: [1, 2, 3, 7, 14, 30, 60].map((dayCount) => dayCount * DAY_SECONDS),
    values: (_plot, splits) => splits.map((seconds) => formatDay(dayAt(seconds))),
  })
}

const HALF_DAY_SECONDS = DAY_SECONDS / 2

/** An x scale from the first to the last day, half a day of air on both sides: a bar is as wide as its day. */
export function dayScale(days: readonly string[]): uPlot.Scale {
  const first = daySeconds(days.at(0) ?? '') - HALF_DAY_SECONDS
  const last = daySeconds(days.at(-1) ?? '') + HALF_DAY_SECONDS
  return { range: () => [first, last] }
}

export const utcDate = (seconds: number): Date => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC')
export const daySeconds = (day: string): number => dayStartAtMs(day) / 1_000
const dayAt = (seconds: number): string => dayOf(seconds * 1_000)
