/** How the figures of a comparison are written, on the page and in what is copied from it. */
import { formatBytes, formatCount, formatShare, formatShortCount } from '../../format.ts'
import type { Lap, Standing } from './use-comparison.ts'

export type Verdict = NonNullable<Extract<Standing, { readonly verdict?: unknown }>['verdict']>
type MeasureName = Exclude<keyof Lap, 'callCount'>

interface Measure {
  readonly name: MeasureName
  readonly title: string
  readonly hint: string
  readonly format: (figure: number) => string
  /** Beside a chart, where there is less room. */
  readonly axisFormat?: (figure: number) => string
  /** Contestants lie powers of ten apart. */
  readonly isLogarithmic: boolean
}

function formatMs(ms: number): string {
  if (ms < 0.995) return `${Math.round(ms * 1_000)} µs`
  return `${ms < 9.95 ? ms.toFixed(1) : formatCount(Math.round(ms))} ms`
}

const formatWhole = (figure: number): string => formatCount(Math.round(figure))

export const MEASURES: readonly Measure[] = [
  {
    name: 'callsPerSecond',
    title: 'Calls per second',
    hint: '16 at once',
    format: formatWhole,
    axisFormat: formatShortCount,
    isLogarithmic: true,
  },
  { name: 'p50Ms', title: 'p50', hint: 'half of the calls are faster', format: formatMs, isLogarithmic: true },
  { name: 'p99Ms', title: 'p99', hint: 'one call in a hundred is slower', format: formatMs, isLogarithmic: true },
  { name: 'hitRatio', title: 'Hit ratio', hint: 'of the lookups of a lap', format: formatShare, isLogarithmic: false },
  { name: 'sourceQueryCount', title: 'Source queries', hint: 'so far', format: formatWhole, isLogarithmic: false },
  { name: 'loopDelayP99Ms', title: 'Event-loop delay', hint: 'p99 of a lap', format: formatMs, isLogarithmic: false },
  { name: 'memoryBytes', title: 'Memory', hint: 'resident, of its process', format: formatBytes, isLogarithmic: false },
  { name: 'diskBytes', title: 'Disk', hint: 'bytes of its files', format: formatBytes, isLogarithmic: false },
]

export interface ResultRow {
  readonly title: string
  readonly standing: Standing
}

export const verdictOf = (standing: Standing): Verdict | undefined =>
  'verdict' in standing ? standing.verdict : undefined

export function remarkOf(standing: Standing): string {
  if ('note' in standing && standing.note !== undefined) return `${standing.state}: ${standing.note}`
  const failedCount = verdictOf(standing)?.failedCount ?? 0
  if (standing.state !== 'finished') return standing.state
  return failedCount > 0 ? `${formatCount(failedCount)} calls failed` : 'every answer right'
}

/** A table as GitHub and most editors read it. */
export function asMarkdown(rows: readonly ResultRow[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(['Cache', ...MEASURES.map(({ title }) => title), 'Verdict']),
    line(['---', ...MEASURES.map(() => '---:'), '---']),
    ...rows.map(({ title, standing }) => {
      const verdict = verdictOf(standing)
      const figures = MEASURES.map(({ name, format }) => (verdict === undefined ? '–' : format(verdict[name])))
      return line([title, ...figures, remarkOf(standing)])
    }),
  ].join('\n')
}
