/** Processes that share a far tier, ended when the test is over. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** @template Order what it can be asked to do */
export class SharingProcess<Order extends object> {
  readonly #process: ChildProcess

  private constructor(fixture: string, args: readonly string[]) {
    const source = fileURLToPath(new URL(`./fixtures/${fixture}`, import.meta.url))
    this.#process = fork(source, args, { execPath: process.execPath, execArgv: ['--conditions=@stowage/source'] })
    onTestFinished(() => this.#end())
  }

  /** @param fixture the file it runs, of those in `fixtures` */
  static async start<Order extends object>(fixture: string, ...args: string[]): Promise<SharingProcess<Order>> {
    const started = new SharingProcess<Order>(fixture, args)
    await once(started.#process, 'message')
    return started
  }

  /** Carries an order out. @throws what the process threw */
  async do(order: Order): Promise<unknown> {
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
