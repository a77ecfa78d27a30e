/** One measure of all contestants over the calls of the trace. A colour is a far store; a dashed line has memory in front. */
import type uPlot from 'uplot'
import { PLOT_PADDING, xAxis, yAxis } from '../../charts/axes.ts'
import type { Palette } from '../../charts/palette.ts'
import type { PlotContent } from '../../charts/plot.tsx'
import { tooltip } from '../../charts/tooltip.ts'
import { formatCount, formatShortCount } from '../../format.ts'
import type { MEASURES } from './figures.ts'
import type { ContestantName, Lap } from './use-comparison.ts'

export interface Line {
  readonly name: ContestantName
  readonly title: string
}

/** Position of the colour in the palette. */
export const STROKES = {
  memory: { colour: 0, isDashed: false },
  fs: { colour: 1, isDashed: false },
  sqlite: { colour: 2, isDashed: false },
  redis: { colour: 3, isDashed: false },
  'memory-sqlite': { colour: 2, isDashed: true },
  'memory-redis': { colour: 3, isDashed: true },
  'memory-sqlite-redis': { colour: 4, isDashed: true },
} as const satisfies Record<ContestantName, { readonly colour: number; readonly isDashed: boolean }>

/** Room for half of the last label. */
const PADDING: uPlot.Padding = [PLOT_PADDING[0] ?? 0, 16, PLOT_PADDING[2] ?? 0, 0]
const SYNC_KEY = 'compare'

export function lapChart(
  measure: (typeof MEASURES)[number],
  lines: readonly Line[],
  laps: ReadonlyMap<ContestantName, readonly Lap[]>,
  callCount: number,
): PlotContent {
  const { name, format, axisFormat = format, isLogarithmic } = measure
  const longest = lines.reduce<readonly Lap[]>((best, line) => {
    const own = laps.get(line.name) ?? []
    return own.length > best.length ? own : best
  }, [])
  const columns = lines.map((line) => longest.map((_, at) => laps.get(line.name)?.[at]?.[name] ?? null))
  const colourOf = (palette: Palette, line: Line): string => palette.series[STROKES[line.name].colour] ?? palette.axis
  return {
    columns: [longest.map((lap) => lap.callCount), ...columns],
    optionsFor: (palette) => ({
      padding: PADDING,
      scales: {
        x: { time: false, range: () => [0, callCount] },
        y: isLogarithmic ? { distr: 3 } : { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] },
      },
      cursor: { sync: { key: SYNC_KEY, setSeries: false }, drag: { x: false, y: false }, y: false },
      series: [
        {},
        ...lines.map((line) => ({
          stroke: colourOf(palette, line),
          width: 2,
          ...(STROKES[line.name].isDashed && { dash: [5, 4] }),
          points: { show: false },
        })),
      ],
      axes: [
        xAxis(palette, { space: 64, values: (_plot, splits) => splits.map(formatShortCount) }),
        isLogarithmic ? logarithmicAxis(palette, axisFormat) : { ...yAxis(palette, axisFormat), size: AXIS_WIDTH_PX },
      ],
      plugins: [
        tooltip((index) => ({
          title: `after ${formatCount(longest[index]?.callCount ?? 0)} calls`,
          lines: lines.flatMap((line, at) => {
            const figure = columns[at]?.[index]
            if (figure === null || figure === undefined) return []
            return [{ label: line.title, value: format(figure), colour: colourOf(palette, line) }]
          }),
        })),
      ],
    }),
  }
}

const AXIS_WIDTH_PX = 64

/** Only the powers of ten are named. */
function logarithmicAxis(palette: Palette, format: (figure: number) => string): uPlot.Axis {
  const isPower = (split: number): boolean => Math.abs(Math.log10(split) % 1) < 1e-9
  return {
    ...yAxis(palette, format),
    size: AXIS_WIDTH_PX,
    filter: (_plot, splits) => splits.map((split) => (split !== null && isPower(split) ? split : null)),
    values: (_plot, splits: readonly (number | null)[]) => splits.map((split) => (split === null ? '' : format(split))),
  }
}
