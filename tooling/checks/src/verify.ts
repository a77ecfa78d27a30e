/**
 * `pnpm verify`: everything that must hold before a change goes in. Read-only, stops at the first failure.
 * `--without <step>` is for a build server that has done that step already.
 */
import { parseArgs } from 'node:util'
import { REPOSITORY } from './repository.ts'
import { runSteps, stepTable } from './verify/run-steps.ts'
import { STEPS, stepsWithout } from './verify/steps.ts'

const { values } = parseArgs({ options: { without: { type: 'string' } } })
const results = runSteps(stepsWithout(STEPS, values.without), REPOSITORY)
console.log(`\n${stepTable(results)}`)
process.exitCode = results.every(({ outcome }) => outcome === 'passed') ? 0 : 1
