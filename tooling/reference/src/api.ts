/** `pnpm check:api`: the faces of the packages against their reports. `--write` renews these. Needs the packages built. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { tellProblems } from '@stowage/checks/problem'
import { REPOSITORY } from '@stowage/checks/repository'
import { checkReports } from './check.ts'
import { entryPoints } from './entry-point.ts'
import { reportOf } from './report.ts'

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const reports = entryPoints(REPOSITORY).map((entry) => ({ entry, text: reportOf(REPOSITORY, entry) }))
for (const { entry, text } of values.write ? reports : []) {
  const file = join(REPOSITORY, entry.report)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
tellProblems('api', checkReports(REPOSITORY, reports))
