/** The whole server as a process of its own, as `demo` starts it, on a free port and a folder that is given. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { type LoopDelays, loopDelays } from './loop-probe.ts'

export interface ServerProcess extends AsyncDisposable {
  readonly address: string
  /** From the start of the process until it answered. */
  readonly answersAfterMs: number
  /** Since the question before, or the start of the process. */
  loop(): Promise<LoopDelays>
}

const MAIN = resolve(import.meta.dirname, '../server/main.ts')
const PROBE = resolve(import.meta.dirname, 'loop-probe.ts')

/** @param flags for Node, a profiler's say. */
export async function startServerProcess(directory: string, flags: readonly string[] = []): Promise<ServerProcess> {
  const startedAtMs = performance.now()
  const child = spawn(process.execPath, ['--conditions=@stowage/source', '--import', PROBE, ...flags, MAIN], {
    env: { ...process.env, PORT: '0', CACHE_DIR: directory },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await exited
  }
  try {
    const { stdout } = child
    if (stdout === null) throw new Error('the server has no output to read')
    const address = await addressOf(stdout)
    stdout.resume()
    const health = await fetch(`${address}/healthz`)
    if (!health.ok) throw new Error(`/healthz answered ${health.status}`)
    return {
      address,
      answersAfterMs: performance.now() - startedAtMs,
      async loop() {
        const answer = once(child, 'message')
        child.send('loop')
        const said: readonly unknown[] = await answer
        return loopDelays.parse(said[0])
      },
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function addressOf(printed: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of printed) {
    text += String(chunk)
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? []
    if (address !== undefined && text.includes('Ctrl-C')) return address
  }
  throw new Error(`the server ended and had said: ${text}`)
}
