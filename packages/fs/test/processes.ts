/** Processes on a cache folder, ended when the test is over. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** What Node has made of the sources, kept from process to process: they start in a quarter of the time. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/test-workers', import.meta.url))
const SOURCE = fileURLToPath(new URL('./fixtures/worker.ts', import.meta.url))

export interface RoleOptions {
  readonly seed?: number
  readonly lengthMs?: number
  readonly keyCount?: number
  readonly maxEntries?: number
  readonly maxBytes?: number
  readonly durability?: 'relaxed' | 'strict'
  readonly shownPath?: string
}

export class Worker {
  readonly #process: ChildProcess
  #output = ''
  #notify = (): void => undefined

  /** @param before a command that the process is started by, such as `prlimit --nofile=64` */
  constructor(role: string, directory: string, options: RoleOptions = {}, before: readonly string[] = []) {
    const [command = '', ...args] = [
      ...before,
      process.execPath,
      '--conditions=@stowage/source',
      SOURCE,
      role,
      directory,
      JSON.stringify(options),
    ]
    this.#process = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    })
    this.#process.stdout?.setEncoding('utf8').on('data', (part: string) => {
      this.#output += part
      this.#notify()
    })
    this.#process.on('close', () => this.#notify())
    onTestFinished(async () => {
      await this.kill()
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Whole lines it has said so far. */
  get lines(): readonly string[] {
    return this.#output.split('\n').slice(0, -1)
  }

  /** Resolves when it has said so many lines. @throws when it ends before */
  async said(count: number): Promise<readonly string[]> {
    while (this.lines.length < count) {
      if (this.#isOver) throw new Error(`the process ended: ${this.#output}`)
      await new Promise<void>((resolve) => {
        this.#notify = resolve
      })
    }
    return this.lines
  }

  /** What it said, when it has ended by itself, without the first and the last line. @throws when it failed */
  async ended(): Promise<readonly string[]> {
    if (!this.#isOver) await once(this.#process, 'close')
    if (this.#process.exitCode !== 0 || this.lines.at(-1) !== 'done')
      throw new Error(`the process failed: ${this.#output}`)
    return this.lines.slice(1, -1)
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name)
  }

  /** Ends it where it stands. @returns all it had said */
  async kill(): Promise<readonly string[]> {
    if (!this.#isOver) {
      this.#process.kill('SIGKILL')
      await once(this.#process, 'close')
    }
    return this.lines
  }

  get #isOver(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }
}
