/** docs/costs.md: one table of processor time and one of the clock's. */
import type { Machine } from '../report/machine.ts'
import type { Cost } from './measure.ts'

interface Row {
  readonly title: string
  readonly costs: ReadonlyMap<string, Cost>
}

export function costsPage(titles: readonly string[], rows: readonly Row[], machine: Machine): string {
  return `# What a call costs

Microseconds per call, one awaited after the other, entries of 200 B, 1,000 of them, defaults. Written by \`pnpm costs --write\` on
${new Date().toISOString().slice(0, 10)}: ${machine.cpu}, ${machine.coreCount} cores, Node ${machine.node}, load ${machine.loadAverage.toFixed(1)}; medians of 9 rounds that go over all backends in turn.
With a load above 1 other work went on, and lone calls wait for it; what holds is the order. Beside other caches, and under load: [\`apps/bench\`](../apps/bench).

## Of the processor

All threads of the process, the loading and encoding of values included; not what Redis itself takes.

${table(titles, rows, ({ cpuUs }) => cpuUs)}

## Of the clock

What one caller waits, with nobody else asking. Calls made together share a transaction (sqlite), a lock (fs), a pipeline (redis), and cost a fraction.

${table(titles, rows, ({ wallUs }) => wallUs)}
`
}

function table(titles: readonly string[], rows: readonly Row[], pick: (cost: Cost) => number): string {
  const lines = rows.map(({ title, costs }) => {
    const cells = titles.map((name) => costs.get(name)).map((cost) => (cost === undefined ? '–' : figure(pick(cost))))
    return `| ${title} | ${cells.join(' | ')} |`
  })
  return [`| | ${titles.join(' | ')} |`, `| --- |${' --- |'.repeat(titles.length)}`, ...lines].join('\n')
}

/** Two digits that count. */
function figure(us: number): string {
  if (us < 10) return us.toPrecision(2)
  return String(Number(us.toPrecision(2)))
}
