/**
 * Tells others what they have to forget. What could not be published is kept and published later; since messages take away only, they
 * may be sent twice and in any order. Beyond MAX_WAITING one message stands for all: forget everything.
 */
import {
  BackendError,
  type Bus,
  type BusChange,
  type CancelTimer,
  type Clock,
  type InvalidationTarget,
} from '@stowage/core'
import { BUS_LIMIT_MS, inTime } from './time-limit.ts'

const MAX_WAITING = 1_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

interface OutboxRules {
  readonly bus: Bus
  readonly origin: string
  readonly clock: Clock
  /** Told when messages begin to wait, with the reason, and when none does any more. */
  onChange(error: BackendError | undefined): void
}

export class Outbox {
  readonly #rules: OutboxRules
  #keys = new Set<string>()
  /** By their text: one told twice waits once. */
  #targets = new Map<string, InvalidationTarget>()
  #pauseMs = FIRST_PAUSE_MS
  #cancelRetry: CancelTimer | undefined
  #isFailing = false
  #isClosed = false
  /** Messages on their way into the bus. */
  readonly #underWay = new Set<Promise<void>>()

  constructor(rules: OutboxRules) {
    this.#rules = rules
  }

  tell(change: BusChange): void {
    if (!this.#isFailing || this.#underWay.size < MAX_WAITING) {
      this.#begin(change)
      return
    }
    // A bus that hangs has enough to do.
    this.#keep(change)
    this.#retryLater()
  }

  #begin(change: BusChange): void {
    const sending = this.#send(change).finally(() => this.#underWay.delete(sending))
    this.#underWay.add(sending)
  }

  /** The bus works again. */
  retrySoon(): void {
    const keys = [...this.#keys]
    const changes: BusChange[] = [...this.#targets.values(), ...(keys.length > 0 ? [{ keys }] : [])]
    this.#keys = new Set()
    this.#targets = new Map()
    for (const change of changes) this.#begin(change)
  }

  /** Publishes a last time what is left. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay)
    this.#isClosed = true
    this.#cancelRetry?.()
    this.retrySoon()
    await Promise.all(this.#underWay)
  }

  async #send(change: BusChange): Promise<void> {
    try {
      const { bus, origin, clock } = this.#rules
      await inTime(clock, BUS_LIMIT_MS, () => bus.publish({ origin, change }), false)
      this.#sent()
    } catch (cause) {
      this.#keep(change)
      this.#failed(new BackendError({ backend: 'bus', operation: 'publish', cause }))
    }
  }

  #keep(change: BusChange): void {
    if ('keys' in change) for (const key of change.keys) this.#keys.add(key)
    else this.#targets.set(JSON.stringify(change), change)
    if (this.#keys.size + this.#targets.size <= MAX_WAITING) return
    this.#keys.clear()
    this.#targets = new Map([['', { all: true }]])
  }

  #sent(): void {
    this.#pauseMs = FIRST_PAUSE_MS
    if (!this.#isFailing || this.#keys.size + this.#targets.size > 0) return
    this.#isFailing = false
    this.#rules.onChange(undefined)
  }

  #failed(error: BackendError): void {
    if (!this.#isFailing) this.#rules.onChange(error)
    this.#isFailing = true
    this.#retryLater()
  }

  #retryLater(): void {
    if (this.#isClosed) return
    this.#cancelRetry ??= this.#rules.clock.schedule(this.#pauseMs, () => {
      this.#cancelRetry = undefined
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
      this.retrySoon()
    })
  }
}
