/**
 * Which near copies may be served without asking. As long as the bus tells of everything, all of them. After a gap nobody knows
 * which ones others have changed: every copy that is older than the gap is in doubt, and is compared with the far tier
 * before it is served again. What a copy was made of is kept for that, so that one that is still right costs no body.
 *
 * While a gap is open a copy is served for as long as without a bus (gapStayMs), counted from its beginning or from when the copy
 * was last known to be right: that is the promise for a bus that is down. Doubts end by themselves once all copies of that time
 * have reached their longest stay; until then a hit costs one look into a map more.
 */
import type { BusGap, Clock, StoredEntry } from '@stowage/core'

/** What of an entry tells whether it is still there. */
export type Sighted = Pick<StoredEntry, 'identity' | 'facts'>

interface Copy {
  /** Of which count of doubts it is known to be right. */
  epoch: number
  atMs: number
  /** The far tier's entry, where it has been seen. */
  readonly of: Sighted | undefined
}

interface TrustRules {
  readonly clock: Clock
  readonly longestStayMs: number
  readonly gapStayMs: number
}

/** A copy that is not noted costs one question to the far tier when it is in doubt. */
const MAX_NOTED = 100_000

export class Trust {
  readonly #rules: TrustRules
  readonly #copies = new Map<string, Copy>()
  #isCalm = true
  #epoch = 0
  #doubtUntilMs = 0
  #openedAtMs: number | undefined

  constructor(rules: TrustRules) {
    this.#rules = rules
  }

  /** How many doubts there have been: ask for it before asking the far tier. */
  get epoch(): number {
    return this.#epoch
  }

  trusts(key: string, nowMs: number): boolean {
    if (this.#isCalm) return true
    if (this.#openedAtMs === undefined && nowMs >= this.#doubtUntilMs) {
      this.#isCalm = true
      return true
    }
    const copy = this.#copies.get(key)
    if (copy?.epoch !== this.#epoch) return false
    return this.#openedAtMs === undefined || nowMs < Math.max(this.#openedAtMs, copy.atMs) + this.#rules.gapStayMs
  }

  /** A copy has been made. @param epoch {@link epoch} before the far tier was asked */
  copied(key: string, of: Sighted | undefined, epoch: number): void {
    this.#copies.delete(key)
    this.#copies.set(key, { of, epoch, atMs: this.#rules.clock.nowMs() })
    if (this.#copies.size <= MAX_NOTED) return
    const [oldest] = this.#copies.keys()
    if (oldest !== undefined) this.#copies.delete(oldest)
  }

  /** What the copy was made of, as far as that is known. */
  originalOf(key: string): Sighted | undefined {
    return this.#copies.get(key)?.of
  }

  /** Its copies are gone, or something else than is noted. */
  forget(key: string): void {
    this.#copies.delete(key)
  }

  forgetAll(): void {
    this.#copies.clear()
  }

  /** Something may have changed that nobody told of. */
  doubt(): void {
    this.#epoch++
    this.#isCalm = false
    this.#doubtUntilMs = this.#rules.clock.nowMs() + this.#rules.longestStayMs
  }

  meet(gap: BusGap): void {
    if (gap === 'open') {
      this.#isCalm = false
      this.#openedAtMs ??= this.#rules.clock.nowMs()
    } else {
      this.#openedAtMs = undefined
      this.doubt()
    }
  }
}
