/**
 * What a command changes in a store is told to the services that hold copies of it, on the bus by which they tell each other: also where
 * the command fails or is interrupted, as what it had begun may be done all the same.
 */
import { setTimeout } from 'node:timers/promises'
import { openBus } from '@stowage/config'
import {
  type Backend,
  type Bus,
  type BusChange,
  endOrLimit,
  messageOf,
  randomText,
  systemClock,
  TimeoutError,
} from '@stowage/core'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'
import type { StoreTarget } from './store-target.ts'
import { told } from './terminal.ts'

/** How long it is tried again, and how long a bus may take that does not answer. */
const LIMIT_MS = 3_000
const PAUSE_MS = 50
/** Beyond it one message stands for all: forget everything. */
const MAX_UNTOLD = 1_000

export class News {
  readonly #target: Pick<StoreTarget, 'bus' | 'store'>
  readonly #backend: Backend
  readonly #origin = randomText(9, 'base64url')
  readonly #underWay = new Set<Promise<void>>()
  /** Not before there is something to tell: who only looks needs none. */
  #opening: Promise<Bus | undefined> | undefined
  #untold: BusChange[] = []

  constructor(target: Pick<StoreTarget, 'bus' | 'store'>, backend: Backend) {
    this.#target = target
    this.#backend = backend
  }

  /** Resolves when it has been published, or is kept for {@link end}. */
  async tell(change: BusChange): Promise<void> {
    if (this.#target.bus === false) return
    const telling = this.#published(change).finally(() => this.#underWay.delete(telling))
    this.#underWay.add(telling)
    await telling
  }

  /** Tells what is left to tell, and closes the bus. @throws Failure where that cannot be told */
  async end(): Promise<void> {
    await Promise.all(this.#underWay)
    try {
      await this.#tellLeft()
    } finally {
      // One of the user's own was open before there was anything to tell.
      const bus = typeof this.#target.bus === 'object' ? this.#target.bus : await this.#opening
      await inTime(async () => bus?.close())
    }
  }

  async #published(change: BusChange): Promise<void> {
    // A bus that fails is not waited for with every entry of an import.
    if (this.#untold.length > 0) return this.#keep(change)
    try {
      await this.#publish(change)
    } catch {
      this.#keep(change)
    }
  }

  async #publish(change: BusChange): Promise<void> {
    const { bus, store } = this.#target
    this.#opening ??= openBus(bus === 'perhaps' ? true : bus, store, this.#backend)
    const opened = await this.#opening
    await inTime(async () => opened?.publish({ origin: this.#origin, change }))
  }

  #keep(change: BusChange): void {
    if (this.#untold.length < MAX_UNTOLD) this.#untold.push(change)
    else this.#untold = [{ all: true }]
  }

  async #tellLeft(): Promise<void> {
    const untilMs = performance.now() + LIMIT_MS
    while (this.#untold.length > 0) {
      try {
        await Promise.all(this.#untold.map((change) => this.#publish(change)))
        this.#untold = []
      } catch (thrown) {
        if (performance.now() > untilMs || isForbidden(thrown)) return this.#fail(thrown)
        await setTimeout(PAUSE_MS)
      }
    }
  }

  #fail(cause: unknown): void {
    const text = `services that hold copies were not told, and may serve them until their cap: ${messageOf(cause)}`
    if (this.#target.bus !== 'perhaps') throw new Failure(EXIT_CODES.failed, text, { cause })
    process.stderr.write(`stowage: ${told(text)}\n`)
  }
}

/** Of a user of the server who may not publish: trying again changes nothing. */
function isForbidden(thrown: unknown): boolean {
  return /\bNOPERM\b/.test(messageOf(thrown))
}

async function inTime(run: () => Promise<void>): Promise<void> {
  if (!(await endOrLimit(systemClock, LIMIT_MS, run()))) throw new TimeoutError('backend', LIMIT_MS)
}
