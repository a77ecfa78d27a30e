/**
 * A packed package as users get it: publint looks at what its package.json promises, attw resolves its types the way
 * each kind of project does. Both look at the tarball that pnpm packs, since packing is where `publishConfig` replaces
 * the exports and the workspace's versions become numbers.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import type { CheckResult, Problem } from '../problem.ts'
import { toolPath } from '../repository.ts'

/** ESM only: `require()` of it works in every Node we promise, so the complaint about it is not one. */
const TOOLS = [
  { name: 'publint', args: ['--strict'] },
  {
    name: 'attw',
    args: ['--profile', 'esm-only', '--format', 'ascii', '--no-definitely-typed', '--no-emoji', '--no-color'],
  },
] as const

/** `folder` is the package's, from which its name in messages is made; the tarball may lie anywhere. */
export function checkTarball(packageName: string, tarball: string): CheckResult {
  const problems = TOOLS.flatMap(({ name, args }): Problem[] => {
    const run = spawnSync(toolPath(name), [tarball, ...args], { encoding: 'utf8' })
    return run.status === 0 ? [] : [{ file: packageName, message: `${name} says:\n${outputOf(run)}` }]
  })
  return { problems, summary: `${packageName}: ${TOOLS.map(({ name }) => name).join(' and ')} agree` }
}

export function packPackage(folder: string, tarball: string): CheckResult {
  const run = spawnSync('pnpm', ['pack', '--out', tarball], { cwd: folder, encoding: 'utf8' })
  const problems = run.status === 0 ? [] : [{ file: folder, message: `pnpm pack failed:\n${outputOf(run)}` }]
  return { problems, summary: `packed ${tarball}` }
}

function outputOf({ error, stdout, stderr }: SpawnSyncReturns<string>): string {
  return `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trim()
}
