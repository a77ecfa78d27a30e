/** How long a new process takes to import an entry point, everything it depends on included. Told, and not a test: it is the machine's. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseManifest } from '../manifest.ts'
import { readWorkspace } from '../workspace.ts'

export interface ImportTime {
  readonly entry: string
  /** Of the processor, all threads of the process together. */
  readonly cpuMs: number
  readonly wallMs: number
}

const ROUNDS = 11

const PROGRAM = `
const startMs = performance.now(), start = process.cpuUsage()
await import(process.argv[1])
const { user, system } = process.cpuUsage(start)
console.log(JSON.stringify([(user + system) / 1000, performance.now() - startMs]))
`

/** Rounds go over all entries in turn, so that a busy moment falls on all of them. The packages have to be built. */
export function importMilliseconds(root: string): ImportTime[] {
  const entries = readWorkspace(root).flatMap(({ floor, folder, manifest }) => {
    if (floor !== 'packages') return []
    const built = parseManifest(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    return [...built.sources.keys()]
      .filter((entry) => entry !== './testing' && manifest.name !== '@stowage/cli')
      .map((entry) => {
        const name = entry === '.' ? 'index' : entry.slice(2)
        return {
          entry: manifest.name + entry.slice(1),
          file: join(root, folder, 'dist', `${name}.js`),
          times: [] as (readonly [number, number])[],
        }
      })
  })
  for (let round = 0; round < ROUNDS; round += 1) for (const { file, times } of entries) times.push(timeOf(file))
  return entries.map(({ entry, times }) => ({
    entry,
    cpuMs: median(times.map(([cpuMs]) => cpuMs)),
    wallMs: median(times.map(([, wallMs]) => wallMs)),
  }))
}

function timeOf(file: string): [number, number] {
  const args = ['--input-type=module', '--eval', PROGRAM, pathToFileURL(file).href]
  const printed: unknown = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  if (!Array.isArray(printed)) throw new Error(`importing ${file} printed no times`)
  return [Number(printed[0]), Number(printed[1])]
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
