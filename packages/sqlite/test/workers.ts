/** Worker processes on a cache file, ended when the test is over. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SqliteOptions } from '@stowage/sqlite'
import { onTestFinished } from 'vitest'
import type { Order, Report } from './fixtures/orders.ts'

/** What Node has made of the sources, kept from worker to worker: they start in a quarter of the time. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/test-workers', import.meta.url))
const SOURCE = fileURLToPath(new URL('./fixtures/worker.ts', import.meta.url))

export type WorkerOptions = Omit<SqliteOptions, 'path'>

export class Worker {
  readonly #process: ChildProcess
  readonly #reports: Report[] = []
  #notify = () => {}

  constructor(path: string, options: WorkerOptions) {
    this.#process = fork(SOURCE, [path, JSON.stringify(options)], {
      execPath: process.execPath,
      execArgv: ['--conditions=@stowage/source'],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    })
    this.#process.on('message', (report: Report) => {
      this.#reports.push(report)
      this.#notify()
    })
    this.#process.on('exit', () => this.#notify())
    onTestFinished(async () => {
      await this.kill()
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Resolves with its exit code, when it ends by itself. */
  async ended(): Promise<number | null> {
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
    return this.#process.exitCode
  }

  /** Carries an order out. @throws what the worker threw. */
  async do(order: Order): Promise<unknown> {
    this.tell(order)
    const report = await this.report()
    if (report.error !== undefined) throw new Error(report.error)
    return report.answer
  }

  tell(order: Order): void {
    this.#process.send(order)
  }

  /** What the worker says next. */
  async report(): Promise<Report> {
    for (;;) {
      const report = this.#reports.shift()
      if (report !== undefined) return report
      if (this.#process.exitCode !== null) throw new Error(`worker ended with code ${this.#process.exitCode}`)
      await new Promise<void>((resolve) => {
        this.#notify = resolve
      })
    }
  }

  /** Ends it where it stands. @returns what it had said and nobody had read yet. */
  async kill(): Promise<readonly Report[]> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGKILL')
      await once(this.#process, 'close')
    }
    return this.#reports.splice(0)
  }
}

/** So many workers, ready for orders, on one file. */
export async function startWorkers(
  path: string,
  count: number,
  options: WorkerOptions = { maxEntries: 5_000 },
): Promise<[Worker, ...Worker[]]> {
  const workers: [Worker, ...Worker[]] = [new Worker(path, options)]
  while (workers.length < count) workers.push(new Worker(path, options))
  await Promise.all(workers.map((worker) => worker.report()))
  return workers
}
