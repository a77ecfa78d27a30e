/** All that is made of the committed run: the page, its plots, and the tables of the repository's README. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { featuresTable } from '../features/features-table.ts'
import { httpTable } from './http-table.ts'
import { withMarkedPart } from './marked-part.ts'
import { resultsPage } from './page.ts'
import { plotFile, plotOf, plottedMeasure } from './plot.ts'
import { readmeTable } from './readme-table.ts'
import { type Run, readRun } from './run-file.ts'

const RESULTS = fileURLToPath(new URL('../../results', import.meta.url))
const HTTP_RESULTS = fileURLToPath(new URL('../../../../tooling/http-suite/RESULTS.md', import.meta.url))
const README = fileURLToPath(new URL('../../../../README.md', import.meta.url))

/** Texts by path, as they should be. */
export async function resultFiles(): Promise<ReadonlyMap<string, string>> {
  const run = readRun(`${RESULTS}/latest.json`)
  const files = new Map([
    [`${RESULTS}/README.md`, resultsPage(run)],
    [README, withTables(readFileSync(README, 'utf8'), run)],
  ])
  for (const workload of run.workloads) {
    const measure = plottedMeasure(workload)
    if (measure !== undefined) files.set(`${RESULTS}/${plotFile(workload)}`, `${await plotOf(workload, measure)}\n`)
  }
  return files
}

/** @throws Error when the page has no place for one of them */
function withTables(page: string, run: Run): string {
  const tables = {
    features: featuresTable(),
    'http-suite': httpTable(readFileSync(HTTP_RESULTS, 'utf8')),
    bench: readmeTable(run),
  }
  return Object.entries(tables).reduce((text, [name, lines]) => withMarkedPart(text, name, lines), page)
}
