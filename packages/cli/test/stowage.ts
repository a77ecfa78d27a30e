/** The program as a process of its own, as a shell starts it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished } from 'vitest'

const MAIN = join(import.meta.dirname, '../src/main.ts')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A message that has this in it. */
export function saying(text: string): unknown {
  return expect.stringContaining(text)
}

export function start(args: readonly string[]) {
  const flags = ['--conditions=@stowage/source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, MAIN, ...args], { stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

export async function stowage(args: readonly string[], input = ''): Promise<Ended> {
  const child = start(args)
  child.stdin.end(input)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, out, err }
}

/** One object for each line that a successful command has written. */
export async function stowageJson(args: readonly string[]): Promise<readonly unknown[]> {
  const { code, out, err } = await stowage([...args, '--json'])
  if (code !== 0) throw new Error(`exit ${code}: ${err}`)
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
}
