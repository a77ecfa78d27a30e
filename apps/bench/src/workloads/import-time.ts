/** Row 27: what importing costs a process that starts, and how many packages an installation brings. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Bout, Entrant, Workload } from '../harness/contract.ts'
import { installedCount, requireBuilt } from '../material/installed.ts'

const run = promisify(execFile)
/** Fresh processes of one round; the cheapest of them counts, as nothing but the machine makes another one dearer. */
const PROCESS_COUNTS = { results: 5, look: 2 }

const SCRIPT = `
const started = process.cpuUsage()
for (const name of process.argv.slice(1)) await import(name)
const { user, system } = process.cpuUsage(started)
console.log((user + system) / 1000)
`

const OWN = 'Stowage core + memory (built)'
const LRU = 'lru-cache'

export const importTime: Workload = {
  name: 'import-time',
  row: 27,
  title: 'import into a fresh process; packages installed',
  entrants: [
    imports(OWN, ['@stowage/core', '@stowage/memory']),
    imports(LRU, [LRU]),
    imports('keyv', ['keyv']),
    imports('node-cache', ['node-cache']),
    imports('cachified', ['@epic-web/cachified']),
    imports('async-cache-dedupe', ['async-cache-dedupe']),
    imports('cache-manager', ['cache-manager']),
    imports('cacheable', ['cacheable']),
    imports('bentocache + memory driver', ['bentocache', 'bentocache/drivers/memory']),
  ],
  measures: [
    { name: 'cpuMs', title: 'CPU ms' },
    { name: 'packageCount', title: 'packages', isAbsolute: true },
  ],
  reference: LRU,
  targets: [
    // The limits in ms are those of a machine on which lru-cache takes 2 ms.
    { entrant: OWN, measure: 'cpuMs', form: 'cost', must: 3, aim: 2 },
    { entrant: OWN, measure: 'cpuMs', form: 'figure', must: 6, aim: 4 },
    { entrant: OWN, measure: 'packageCount', form: 'figure', must: 3, aim: 2 },
  ],
}

function imports(name: string, specifiers: readonly string[]): Entrant {
  const packages = [...new Set(specifiers.map(packageOf))]
  return { name, packages, open: async ({ purpose }) => openImports(specifiers, packages, PROCESS_COUNTS[purpose]) }
}

function openImports(specifiers: readonly string[], packages: readonly string[], processCount: number): Bout {
  const packageCount = installedCount(packages)
  return {
    async smoke() {
      for (const name of packages) requireBuilt(name)
      await importMs(specifiers)
    },
    async round() {
      const costs: number[] = []
      for (let count = 0; count < processCount; count++) costs.push(await importMs(specifiers))
      return { cpuMs: Math.min(...costs), packageCount }
    },
    async close() {},
  }
}

/** Without the condition this bench runs under, so that ours are the built packages users install. */
async function importMs(specifiers: readonly string[]): Promise<number> {
  const args = ['--input-type=module', '--eval', SCRIPT, '--', ...specifiers]
  const { stdout } = await run(process.execPath, args, { cwd: import.meta.dirname })
  return Number(stdout)
}

/** `@scope/name/deep` and `name/deep` belong to `@scope/name` and `name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
