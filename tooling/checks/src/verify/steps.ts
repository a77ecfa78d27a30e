/**
 * What `pnpm verify` is made of, in this order: first that the tools are the locked ones, then what takes a second and
 * fails most often, then what is built on it. None of them changes a tracked file; `pnpm fix` does that.
 */
import { SOURCE_CONDITION } from '../manifest.ts'
import { toolPath } from '../repository.ts'

export interface Step {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Where the `node` is that its children find by name; else it is the pinned one. */
  readonly nodeFolder?: string
}

/** Where CI is set biome colours each letter by itself, also in a file that nobody can then read. */
const PLAIN = process.stdout.isTTY ? [] : ['--colors=off']

const CHECKS = 'tooling/checks/src'

export const STEPS: readonly Step[] = [
  // Users trust the lockfile; here each entry is held against the registry's release dates again.
  step('install', 'pnpm', 'install', '--frozen-lockfile', '--config.trustLockfile=false'),
  step('format and lint', toolPath('biome'), 'ci', '.', ...PLAIN),
  step('typed lint', toolPath('oxlint'), '--type-aware', '--deny-warnings'),
  script('boundaries'),
  script('lockfile'),
  script('contract-clauses'),
  script('links'),
  script('snippets'),
  script('sizes'),
  step('unused code', toolPath('knip')),
  step('types', toolPath('tsc'), '--project', 'tsconfig.json'),
  // Code for a browser knows other types than code for Node.
  step('browser types', toolPath('tsc'), '--project', 'apps/playground/src/client', '--noEmit'),
  step('build', toolPath('turbo'), 'run', 'build'),
  script('oldest-typescript'),
  script('api', 'tooling/reference/src'),
  step('package shape', toolPath('turbo'), 'run', 'check:package'),
  script('user-install'),
  step('tests', toolPath('vitest'), 'run', '--coverage'),
]

/** @throws RangeError when there is no such step. */
export function stepsWithout(steps: readonly Step[], name: string | undefined): readonly Step[] {
  if (name === undefined) return steps
  if (steps.some((one) => one.name === name)) return steps.filter((one) => one.name !== name)
  throw new RangeError(`--without: ${name} is no step; allowed: ${steps.map((one) => one.name).join(', ')}`)
}

function step(name: string, command: string, ...args: readonly string[]): Step {
  return { name, command, args }
}

function script(name: string, folder = CHECKS): Step {
  const file = `${folder}/${name}.ts`
  // Node calls the stripping of types, by which examples are run, experimental, and would say so each time.
  const settings = [`--conditions=${SOURCE_CONDITION}`, '--disable-warning=ExperimentalWarning']
  return step(name.replace('-', ' '), process.execPath, ...settings, file)
}
