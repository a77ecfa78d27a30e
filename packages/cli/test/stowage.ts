/**
 * The program as a caller sees it: arguments and stdin in; exit code, stdout and stderr out. It runs within the test, which takes
 * milliseconds; {@link start} makes a process of it, for what only a process shows: stdin, signals, its end.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, vi } from 'vitest'
import { runCommand } from '../src/run-command.ts'

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

/** As a process of its own, as a shell starts it. */
export async function stowageProcess(args: readonly string[], input = ''): Promise<Ended> {
  const child = start(args)
  child.stdin.end(input)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, out, err }
}

/** Nobody is at a terminal here, whoever runs the tests. */
export async function stowage(args: readonly string[]): Promise<Ended> {
  const out = taken(process.stdout)
  const err = taken(process.stderr)
  const stdin = Object.getOwnPropertyDescriptor(process.stdin, 'isTTY')
  Object.defineProperty(process.stdin, 'isTTY', { value: false, configurable: true })
  try {
    const code = await runCommand(args)
    return { code, out: out.text(), err: err.text() }
  } finally {
    out.giveBack()
    err.giveBack()
    if (stdin === undefined) Reflect.deleteProperty(process.stdin, 'isTTY')
    else Object.defineProperty(process.stdin, 'isTTY', stdin)
  }
}

function taken(stream: NodeJS.WriteStream) {
  const chunks: Buffer[] = []
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
    chunks.push(Buffer.from(chunk))
    return true
  })
  const isTTY = Object.getOwnPropertyDescriptor(stream, 'isTTY')
  Object.defineProperty(stream, 'isTTY', { value: false, configurable: true })
  return {
    text: () => Buffer.concat(chunks).toString(),
    giveBack() {
      spy.mockRestore()
      if (isTTY === undefined) Reflect.deleteProperty(stream, 'isTTY')
      else Object.defineProperty(stream, 'isTTY', isTTY)
    },
  }
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
