/**
 * `pnpm check:sizes`: what each entry point brings into a bundle, against its budget and against what docs/sizes.md says.
 * `--write` measures anew, the time of an import too (of the built packages), and writes that page.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { tellProblems } from './problem.ts'
import { REPOSITORY } from './repository.ts'
import { BUDGETS, type MeasuredSize } from './sizes/budgets.ts'
import { bundledBytes } from './sizes/bundle.ts'
import { checkSizes } from './sizes/check.ts'
import { importMilliseconds } from './sizes/import-time.ts'
import { PAGE, pageOf } from './sizes/page.ts'

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const sizes: MeasuredSize[] = []
for (const budget of BUDGETS) sizes.push({ budget, bytes: await bundledBytes(REPOSITORY, budget) })
const page = join(REPOSITORY, PAGE)
if (values.write) writeFileSync(page, pageOf(sizes, importMilliseconds(REPOSITORY)))
tellProblems('sizes', checkSizes(sizes, readFileSync(page, 'utf8')))
