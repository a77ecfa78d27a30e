/** `pnpm fix`: what a machine can repair, by both linters. What is left is for a person, and `pnpm verify` tells it. */
import { REPOSITORY, toolPath } from './repository.ts'
import { runSteps } from './verify/run-steps.ts'

const results = runSteps(
  [
    { name: 'format and lint', command: toolPath('biome'), args: ['check', '--write', '.'] },
    { name: 'typed lint', command: toolPath('oxlint'), args: ['--type-aware', '--fix'] },
  ],
  REPOSITORY,
)
process.exitCode = results.every(({ outcome }) => outcome === 'passed') ? 0 : 1
