/**
 * Deletions and invalidations that failed: the caller was told, and they are tried again until they are done. Until then
 * nothing they cover is served by this cache: a value that should be gone is worse than a miss.
 */
import type { InvalidationTarget, Lease } from './backend.ts'
import { type CancelTimer, type Clock, endOrLimit } from './clock.ts'
import { coverOf } from './target-cover.ts'
import type { MaybePromise } from './vocabulary.ts'

export type PendingTarget = InvalidationTarget | { readonly key: string }

export interface PendingInvalidation {
  readonly target: PendingTarget
  /** Equal targets have the same. */
  readonly name: string
  readonly covers: (key: string, tags: readonly string[]) => boolean
}

interface PlannedWrite {
  readonly key: string
  readonly tags: readonly string[]
  readonly lease: Lease | undefined
}

interface WaitingWrite extends Omit<PlannedWrite, 'lease'> {
  isOvertaken: boolean
}

/** Beyond this many, one invalidation of everything stands for all. */
const MAX_PENDING = 1_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000

export class PendingInvalidations {
  readonly #clock: Clock
  readonly #carryOut: (target: PendingTarget) => Promise<unknown>
  readonly #limitMs: number
  /** Replaced, never changed: who reads meanwhile keeps what was pending when it began. */
  #pending: readonly PendingInvalidation[] = []
  #pauseMs = FIRST_PAUSE_MS
  #cancelRetry: CancelTimer | undefined
  #trying: Promise<void> | undefined
  #isClosed = false
  /** The last try is over: what it began may still come through, and nothing is begun behind it. */
  #isLeft = false
  /** Writes that wait until what covers them has been tried again. */
  readonly #waiting = new Set<WaitingWrite>()

  /**
   * @param carryOut does it, or rejects; it reports by itself.
   * @param limitMs how long a write waits for it at most
   */
  constructor(clock: Clock, carryOut: (target: PendingTarget) => Promise<unknown>, limitMs: number) {
    this.#clock = clock
    this.#carryOut = carryOut
    this.#limitMs = limitMs
  }

  get count(): number {
    return this.#pending.length
  }

  get all(): readonly PendingInvalidation[] {
    return this.#pending
  }

  add(target: PendingTarget): void {
    // One that waits already is replaced, not kept: it may be on its way, and have come too early for what failed now.
    const latest = pendingOf(target)
    const others = this.#pending.filter(({ name }) => name !== latest.name)
    this.#pending = others.length >= MAX_PENDING ? [pendingOf({ all: true })] : [...others, latest]
    this.#cancelRetry ??= this.#clock.schedule(this.#pauseMs, () => void this.#retry())
  }

  /** Whether the entry is to be taken for invalidated. */
  covers(key: string, tags: readonly string[]): boolean {
    return this.#pending.some((pending) => pending.covers(key, tags))
  }

  /**
   * Whether something may be written there now. What covers it is tried again first: carried out later, it would take the
   * newer value with the old one. A walk over many entries may take longer than anybody wants to wait.
   */
  async isClearOf(key: string, tags: readonly string[]): Promise<boolean> {
    if (this.#pending.length === 0 || !this.covers(key, tags)) return true
    await endOrLimit(this.#clock, this.#limitMs, this.#tryAll())
    return !this.covers(key, tags)
  }

  /** Tries a last time, and for so long at most; what fails, or is not done by then, is lost to this process, and reported. */
  async close(limitMs: number): Promise<void> {
    this.#isClosed = true
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
    await endOrLimit(this.#clock, limitMs, this.#tryAll())
    this.#isLeft = true
  }

  /** A deletion or an invalidation is carried out: writes that were asked for before it and still wait are not to be behind it. */
  asked(target: PendingTarget): void {
    if (this.#waiting.size === 0) return
    const covers = coverOf(target)
    for (const write of this.#waiting) if (covers(write.key, write.tags)) write.isOvertaken = true
  }

  /** Nothing is pending, and no write waits that another could overtake. */
  get isIdle(): boolean {
    return this.#pending.length === 0 && this.#waiting.size === 0
  }

  /**
   * Writes when it {@link isClearOf} the key, in the very step that finds it so, and not where anything that covers it has been
   * asked for meanwhile.
   * @param lease that of a load
   */
  write<T>({ key, tags, lease }: PlannedWrite, run: () => MaybePromise<T>): MaybePromise<T | 'fault'> {
    if (!this.covers(key, tags)) {
      // An older set that waits is not to be behind a newer one. What was loaded is as old as its lease, which the set will void.
      if (lease === undefined) this.asked({ key })
      return run()
    }
    const write = { key, tags, isOvertaken: false }
    this.#waiting.add(write)
    return this.isClearOf(key, tags).then((isClear) => {
      this.#waiting.delete(write)
      return isClear && !write.isOvertaken ? run() : 'fault'
    })
  }

  async #retry(): Promise<void> {
    await this.#tryAll()
    this.#pauseMs = this.#pending.length === 0 ? FIRST_PAUSE_MS : Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
    this.#cancelRetry = undefined
    if (this.#pending.length === 0 || this.#isClosed) return
    this.#cancelRetry = this.#clock.schedule(this.#pauseMs, () => void this.#retry())
  }

  /** One round at a time; who asks meanwhile waits for it. */
  #tryAll(): Promise<void> {
    this.#trying ??= this.#round().finally(() => {
      this.#trying = undefined
    })
    return this.#trying
  }

  /**
   * The first that fails ends it, as the next would fail too, and goes to the end: one that cannot ever succeed must not keep
   * the others from it. Their order is nothing to go by, since what they cover is not written meanwhile.
   */
  async #round(): Promise<void> {
    for (let next = this.#pending[0]; next !== undefined && !this.#isLeft; next = this.#pending[0]) {
      const done = await this.#carryOut(next.target).then(
        () => true,
        () => false,
      )
      const others = this.#pending.filter((pending) => pending !== next)
      const isStill = others.length < this.#pending.length
      this.#pending = done || !isStill ? others : [...others, next]
      if (!done) return
    }
  }
}

function pendingOf(target: PendingTarget): PendingInvalidation {
  return { target, name: JSON.stringify(target), covers: coverOf(target) }
}
