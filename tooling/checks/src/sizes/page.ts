/** docs/sizes.md: what was measured, with its machine and command. */
import { cpus } from 'node:os'
import type { MeasuredSize } from './budgets.ts'
import type { ImportTime } from './import-time.ts'

export const PAGE = 'docs/sizes.md'

export function kilobytesText(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}

export function pageOf(sizes: readonly MeasuredSize[], times: readonly ImportTime[]): string {
  const [cpu] = cpus()
  return `# Sizes

Written by \`pnpm check:sizes --write\` on ${new Date().toISOString().slice(0, 10)}; \`pnpm verify\` fails where a bundle outgrows its budget or this page.
Why the front is no smaller: [0020](decisions/0020-sizes.md).

## In a bundle

Minified into one file and compressed by gzip, without other packages and without parts that are loaded only when they are asked for.

| Entry point | Brings | Budget |
| --- | --- | --- |
${sizes.map(({ budget, bytes }) => `| ${budget.title} | ${kilobytesText(bytes)} | ${budget.kilobytes} kB |`).join('\n')}

## At a start

Time until a new process has imported the package and everything it depends on, medians of 11; Node ${process.versions.node}, ${cpus().length} cores
(${cpu?.model.trim() ?? 'unknown'}), while other work went on. Of these, only core has an aim: less than 15 ms.

| Package | Processor | Clock |
| --- | --- | --- |
${times.map(({ entry, cpuMs, wallMs }) => `| \`${entry}\` | ${cpuMs.toFixed(0)} ms | ${wallMs.toFixed(0)} ms |`).join('\n')}
`
}
