/**
 * `pnpm check:install`: the packages as users get them, from their tarballs, in empty projects outside the workspace.
 * `--node <version>` (again and again) runs the quick starts on further versions of Node. Needs the packages packed.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { provisionRedis } from '@stowage/test-servers'
import { tellProblems } from './problem.ts'
import { REPOSITORY } from './repository.ts'
import { checkInstall } from './user-install/check.ts'
import { chosenLibraries } from './user-install/libraries.ts'
import { nodeProgram } from './user-install/node-program.ts'
import { packedTarballs } from './user-install/tarball.ts'
import { readWorkspace } from './workspace.ts'

const { values } = parseArgs({ options: { node: { type: 'string', multiple: true } } })
const packages = readWorkspace(REPOSITORY).filter(({ floor }) => floor === 'packages')
const startMs = performance.now()
await using provision = await provisionRedis()
const { problems, summary } = await checkInstall({
  tarballs: packedTarballs(REPOSITORY, packages),
  libraries: chosenLibraries(REPOSITORY, packages),
  rootReadme: readFileSync(join(REPOSITORY, 'README.md'), 'utf8'),
  together: 'npm',
  each: 'pnpm',
  nodePrograms: values.node === undefined ? [process.execPath] : values.node.map(nodeProgram),
  redis: provision.redis,
})
const seconds = ((performance.now() - startMs) / 1000).toFixed(0)
tellProblems('user install', { problems, summary: `${summary}, ${seconds} s` })
