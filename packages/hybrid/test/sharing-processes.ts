/** Processes that share a sqlite file, ended when the test is over. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { SharingOrder } from './fixtures/sharing-process.ts'

const SOURCE = fileURLToPath(new URL('./fixtures/sharing-process.ts', import.meta.url))

export class SharingProcess {
  readonly #process: ChildProcess

  private constructor(path: string) {
    this.#process = fork(SOURCE, [path], { execPath: process.execPath, execArgv: ['--conditions=@stowage/source'] })
    onTestFinished(() => this.#end())
  }

  static async start(path: string): Promise<SharingProcess> {
    const started = new SharingProcess(path)
    await once(started.#process, 'message')
    return started
  }

  /** Carries an order out. @throws what the process threw */
  async do(order: SharingOrder): Promise<unknown> {
    const answered = once(this.#process, 'message')
    this.#process.send(order)
    const [{ answer, error }] = (await answered) as [{ readonly answer?: unknown; readonly error?: string }]
    if (error !== undefined) throw new Error(error)
    return answer
  }

  async #end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill('SIGKILL')
    await once(this.#process, 'close')
  }
}
