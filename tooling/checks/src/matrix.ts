/**
 * `pnpm test:matrix`: the published packages on the oldest Node that is promised, the one we develop on and the newest.
 * First the quick starts from the tarballs, then the packages' own tests on each. `--node <version>` (again and again)
 * takes other versions, `--project packages/core` (again and again) only the tests of these.
 */
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { SOURCE_CONDITION } from './manifest.ts'
import { REPOSITORY, toolPath } from './repository.ts'
import { nodeProgram } from './user-install/node-program.ts'
import { runSteps, type StepResult, stepTable } from './verify/run-steps.ts'

const VERSIONS = ['22.18.0', '24.21.0', '26.10.0'] as const

const { values } = parseArgs({
  options: { node: { type: 'string', multiple: true }, project: { type: 'string', multiple: true } },
})
const versions = values.node ?? VERSIONS
const projects = (values.project ?? ['packages/*']).flatMap((name) => ['--project', name])
const results: StepResult[] = [
  ...runSteps(
    [
      { name: 'package shape', command: toolPath('turbo'), args: ['run', 'check:package'] },
      {
        name: 'user install',
        command: process.execPath,
        args: [
          `--conditions=${SOURCE_CONDITION}`,
          join(REPOSITORY, 'tooling/checks/src/user-install.ts'),
          ...versions.flatMap((version) => ['--node', version]),
        ],
      },
    ],
    REPOSITORY,
  ),
  ...versions.flatMap((version) => testsOn(version)),
]
console.log(`\n${stepTable(results)}`)
process.exitCode = results.every(({ outcome }) => outcome === 'passed') ? 0 : 1

/** A version that fails keeps none of the others from being tried. */
function testsOn(version: string): StepResult[] {
  const node = nodeProgram(version)
  const step = {
    name: `tests on ${version}`,
    command: node,
    args: [join(REPOSITORY, 'node_modules/vitest/vitest.mjs'), 'run', ...projects],
    nodeFolder: dirname(node),
  }
  return runSteps([step], REPOSITORY)
}
