/** Runs steps one after the other up to the first that fails; on two cores side by side saves little and reads badly. */
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import type { Step } from './steps.ts'

export interface StepResult {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'not run'
  readonly seconds: number
}

export function runSteps(steps: readonly Step[], cwd: string): StepResult[] {
  const results: StepResult[] = []
  for (const { name, command, args, nodeFolder } of steps) {
    if (results.some(({ outcome }) => outcome === 'failed')) {
      results.push({ name, outcome: 'not run', seconds: 0 })
      continue
    }
    console.log(`\n--- ${name}`)
    const startMs = performance.now()
    const { status, error } = spawnSync(command, args, {
      cwd,
      stdio: 'inherit',
      env: stepEnvironment(cwd, nodeFolder),
      // The tools in node_modules/.bin are .cmd files there.
      shell: process.platform === 'win32',
    })
    if (error !== undefined) console.error(`${command}: ${error.message}`)
    const seconds = (performance.now() - startMs) / 1000
    results.push({ name, outcome: status === 0 ? 'passed' : 'failed', seconds })
  }
  return results
}

/** The tools start `node` by name, so the pinned one comes first; and nothing here reports home. */
function stepEnvironment(cwd: string, nodeFolder?: string): NodeJS.ProcessEnv {
  const folders = [nodeFolder, join(cwd, 'node_modules/.bin'), process.env['PATH']]
  const path = folders.filter((folder) => folder !== undefined).join(delimiter)
  return { ...process.env, PATH: path, DO_NOT_TRACK: '1' }
}

export function stepTable(results: readonly StepResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length))
  const rows = results.map(({ name, outcome, seconds }) => {
    const time = outcome === 'not run' ? '' : `${seconds.toFixed(1)} s`
    return `${name.padEnd(width)}  ${time.padStart(8)}  ${outcome}`
  })
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0)
  return [...rows, '-'.repeat(width + 19), `${'total'.padEnd(width)}  ${`${total.toFixed(1)} s`.padStart(8)}`].join(
    '\n',
  )
}
