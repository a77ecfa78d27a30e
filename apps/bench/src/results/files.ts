/** All that is made of the committed run: the page, its plots, and the table of the repository's README. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { resultsPage } from './page.ts'
import { plotFile, plotOf, plottedMeasure } from './plot.ts'
import { withTable } from './readme-table.ts'
import { readRun } from './run-file.ts'

const RESULTS = fileURLToPath(new URL('../../results', import.meta.url))
const README = fileURLToPath(new URL('../../../../README.md', import.meta.url))

/** Texts by path, as they should be. */
export async function resultFiles(): Promise<ReadonlyMap<string, string>> {
  const run = readRun(`${RESULTS}/latest.json`)
  const files = new Map([
    [`${RESULTS}/README.md`, resultsPage(run)],
    [README, withTable(readFileSync(README, 'utf8'), run)],
  ])
  for (const workload of run.workloads) {
    const measure = plottedMeasure(workload)
    if (measure !== undefined) files.set(`${RESULTS}/${plotFile(workload)}`, `${await plotOf(workload, measure)}\n`)
  }
  return files
}
