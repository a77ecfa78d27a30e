/** An index as a person reads it: what was saved first, then what is in the folder. */

import type { IndexRun } from './crew.ts'
import { folderTotals, mostUsed } from './findings.ts'

const BAR_WIDTH = 30
const SHOWN_COUNT = 6

export function reportText({ wish, fileCount, reports, tookMs }: IndexRun): string {
  const findings = reports.flatMap(({ files }) => files)
  const sum = (figure: (report: (typeof reports)[number]) => number) =>
    reports.reduce((all, one) => all + figure(one), 0)
  const parsed = sum(({ parsedCount }) => parsedCount)
  const served = sum(({ servedCount }) => servedCount)
  const savedMs = sum(({ savedMs }) => savedMs)
  const share = parsed + served === 0 ? 0 : served / (parsed + served)
  const longest = findings
    .flatMap(({ path, outline }) => (outline.longest === undefined ? [] : [{ path, ...outline.longest }]))
    .sort((a, b) => b.lineCount - a.lineCount)
  const unanswered = findings.flatMap(({ path, unanswered: names }) => names.map((name) => `${path} imports ${name}`))
  const faulty = findings.filter(({ outline }) => outline.faultCount > 0)
  return [
    '',
    `  Code index of ${wish.folder}`,
    `  ${count(fileCount)} files, ${reports.length} processes on one ${wish.store} cache`,
    '',
    `  ${bar(share)}  ${Math.round(share * 100)} % of ${count(parsed + served)} outlines from the cache`,
    '',
    ...columns([
      ['files parsed', count(parsed), `${seconds(sum(({ parsedMs }) => parsedMs))} of parsing`],
      ['hits', count(served), `${seconds(savedMs)} of parsing saved`],
      ['took', seconds(tookMs), 'from start to end, processes included'],
    ]),
    '',
    ...columns([
      ['folder', 'files', 'lines', 'functions', 'exports'],
      ...folderTotals(findings).map((row) =>
        [row.name, row.fileCount, row.lineCount, row.functionCount, row.exportCount].map((cell) =>
          typeof cell === 'number' ? count(cell) : cell,
        ),
      ),
    ]),
    ...section(
      'Imported most',
      mostUsed(findings).map(([path, uses]) => [path, `by ${count(uses)} files`]),
    ),
    ...section(
      'Longest functions',
      longest.map((one) => [`${one.path}:${one.line}`, `${count(one.lineCount)} lines`]),
    ),
    ...section(
      'Imports that no file answers to',
      unanswered.map((text) => [text]),
    ),
    ...section(
      'Not TypeScript, the parser says',
      faulty.map(({ path }) => [path]),
    ),
    '',
  ].join('\n')
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  const more = rows.length > SHOWN_COUNT ? [`  … and ${count(rows.length - SHOWN_COUNT)} more`] : []
  return ['', `  ${title}`, ...columns(rows.slice(0, SHOWN_COUNT)), ...more]
}

/** The first column to the left, figures to the right, a remark in the third of three to the left again. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows.map((row) =>
    `  ${row.map((cell, at) => aligned(cell, at, row.length, widths[at] ?? 0)).join('  ')}`.trimEnd(),
  )
}

function aligned(cell: string, at: number, cellCount: number, width: number): string {
  return at === 0 || (at === 2 && cellCount === 3) ? cell.padEnd(width) : cell.padStart(width)
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH)
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
}

const count = (figure: number): string => figure.toLocaleString('en-US')

function seconds(spanMs: number): string {
  return spanMs < 1_000 ? `${Math.round(spanMs)} ms` : `${(spanMs / 1_000).toFixed(2)} s`
}
