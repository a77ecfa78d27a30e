/** The figures as lines of a table. */
import type { BackendFigures, WalkFigures } from './measure.ts'

const COLUMNS = [
  ['backend', 14],
  ['cache', 6],
  ['readers', 8],
  ['requests', 9],
  ['failed', 7],
  ['distinct', 9],
  ['queries', 8],
  ['hits', 7],
  ['p50', 8],
  ['p99', 8],
  ['loop p99', 9],
  ['restarted', 10],
] as const

export const TITLES = line(COLUMNS.map(([title]) => title))

export function startsText(startsMs: readonly number[]): string {
  const sorted = startsMs.toSorted((a, b) => a - b)
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  return `\nCold starts: ${sorted.length}, answering after ${seconds(median)} (median), ${seconds(sorted.at(-1) ?? 0)} (slowest)\n`
}

export function walkLines(backend: string, sessionCount: number, figures: BackendFigures): readonly string[] {
  const restarted = milliseconds(figures.dashboardAfterRestartMs)
  return [
    line([backend, 'cold', sessionCount, ...cells(figures.cold)]),
    line([backend, 'warm', sessionCount, ...cells(figures.warm), restarted]),
    ...[...figures.cold.failures, ...figures.warm.failures].slice(0, 3).map((failure) => `  failed: ${failure}`),
  ]
}

function cells(walk: WalkFigures): readonly (string | number)[] {
  return [
    walk.requestCount,
    walk.failures.length,
    walk.distinctCount,
    walk.sourceQueryCount,
    `${(walk.hitRatio * 100).toFixed(1)} %`,
    milliseconds(walk.p50Ms),
    milliseconds(walk.p99Ms),
    milliseconds(walk.loop.p99Ms),
  ]
}

function line(values: readonly (string | number)[]): string {
  return COLUMNS.map(([, width], at) => String(values[at] ?? '').padEnd(width))
    .join(' ')
    .trimEnd()
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`
}
