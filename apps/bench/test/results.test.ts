/** What readers are shown is what was measured. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { resultFiles } from '../src/results/files.ts'
import { withMarkedPart } from '../src/results/marked-part.ts'
import { readmeTable } from '../src/results/readme-table.ts'
import { readRun } from '../src/results/run-file.ts'
import { sideOf } from '../src/results/sides.ts'

const RESULTS = fileURLToPath(new URL('../results', import.meta.url))

test('page, plots and the table of the README are those of the committed run: `pnpm bench:results` makes them', async () => {
  const files = await resultFiles()
  for (const [path, text] of files) expect(readFileSync(path, 'utf8'), path).toBe(text)
  const plots = readdirSync(`${RESULTS}/plots`).map((name) => `${RESULTS}/plots/${name}`)
  expect(plots.filter((path) => !files.has(path))).toEqual([])
})

const entrant = (name: string, speed: number) => ({
  name,
  state: 'measured' as const,
  rounds: [],
  measures: [
    { measure: 'cpuNs', figure: { median: 100 / speed, low: 1, high: 2 }, speed: { median: speed, low: 1, high: 2 } },
  ],
})

test.each([
  ['ours', 2, '| - | **Stowage memory: 50 (2.00)** | bentocache: 200 (0.50) |'],
  ['a peer', 0.25, '| - | Stowage memory: 400 (0.25) | **bentocache: 200 (0.50)** |'],
])('the table says who is ahead: %s', (_, ours, row) => {
  const run = {
    ...readRun(`${RESULTS}/latest.json`),
    workloads: [
      {
        name: 'get-hit-2kb',
        row: 1,
        title: 'a hit',
        reference: 'nobody',
        measures: [{ name: 'cpuNs', title: 'CPU ns/call' }],
        entrants: [entrant('Stowage memory', ours), entrant('bentocache', 0.5)],
        verdicts: [],
      },
    ],
  }
  expect(readmeTable(run).join('\n')).toContain(row)
})

test('a table takes its place on a page; a page without one is refused', () => {
  const page = withMarkedPart('before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter', 'bench', ['new', 'row'])
  expect(page).toBe('before\n<!-- bench:begin -->\nnew\nrow\n<!-- bench:end -->\nafter')
  expect(() => withMarkedPart('nothing', 'bench', [])).toThrow(/bench:begin/)
})

test.each([
  ['Stowage sqlite', 'ours'],
  ['lru-cache', 'limit'],
  ['better-sqlite3, WAL', 'limit'],
  ['node:sqlite, WAL', 'limit'],
  ['bentocache sqlite, WAL', 'peer'],
  ['cachified + lru-cache', 'peer'],
] as const)('%s is %s', (name, side) => {
  expect(sideOf(name, { reference: undefined })).toBe(side)
})
