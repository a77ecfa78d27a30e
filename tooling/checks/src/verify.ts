/** `pnpm verify`: everything that must hold before a change goes in. Read-only, stops at the first failure. */
import { REPOSITORY } from './repository.ts'
import { runSteps, stepTable } from './verify/run-steps.ts'
import { STEPS } from './verify/steps.ts'

const results = runSteps(STEPS, REPOSITORY)
console.log(`\n${stepTable(results)}`)
process.exitCode = results.every(({ outcome }) => outcome === 'passed') ? 0 : 1
