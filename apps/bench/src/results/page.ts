/** The page of all results: what was measured, on what, and every table, with a plot where there is something to compare. */
import { headings, measuredRows, unmeasuredLines } from '../report/rows.ts'
import { TARGET_HEADINGS, targetRows } from '../report/terminal.ts'
import { plotFile, plottedMeasure } from './plot.ts'
import type { Run, WorkloadRun } from './run-file.ts'

const GIB = 2 ** 30

export function resultsPage(run: Run): string {
  const { machine, scale, versions } = run
  return [
    '# Stowage beside its peers',
    '',
    'Made from `latest.json` by `pnpm bench:results`; a test compares the two. How it is measured, and how to read it:',
    '[the README of the bench](../README.md).',
    '',
    `- Command: \`${run.command}\`, ${run.startedAt.slice(0, 10)}`,
    `- Machine: ${machine.cpu}, ${machine.coreCount} cores, ${(machine.memoryBytes / GIB).toFixed(0)} GiB, ${machine.system}, Node ${machine.node}; load ${machine.loadAverage.toFixed(1)} before the run`,
    `- Medians of ${scale.roundCount} interleaved rounds, of ${scale.store.roundCount} on a disk`,
    `- ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    '',
    ...run.workloads.flatMap(section),
    '## Targets',
    '',
    ...table([['', ...TARGET_HEADINGS], ...targetRows(run.workloads)]),
    '',
  ].join('\n')
}

function section(workload: WorkloadRun): string[] {
  const rows = measuredRows(workload, workload)
  const plot = plottedMeasure(workload) === undefined ? [] : [`![${workload.title}](${plotFile(workload)})`, '']
  const out = unmeasuredLines(workload)
  return [
    `## ${workload.title}`,
    '',
    `\`${workload.name}\`${againText(workload)}`,
    '',
    ...plot,
    ...(rows.length > 0 ? [...table([headings(workload), ...rows]), ''] : []),
    ...out.map((line) => `- ${line}`),
    ...(out.length > 0 ? [''] : []),
  ]
}

function againText({ again }: WorkloadRun): string {
  if (again === undefined) return ''
  return `, measured again ${again.startedAt.slice(0, 16).replace('T', ' ')} UTC at load ${again.loadAverage.toFixed(1)}`
}

export function table([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)]
}
