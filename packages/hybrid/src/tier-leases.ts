/**
 * The leases of a hybrid: the far tier's, and the same in a book of this process (lease-book.ts), which decides alone while
 * the far tier fails.
 */
import type { InvalidationTarget, Lease, LeaseMode, NewEntry, WriteOutcome } from '@stowage/core'
import type { FarTier } from './far-tier.ts'
import { LeaseBook, type Noted } from './lease-book.ts'
import { unless } from './near-copy.ts'

/** For the one step from asking for a lease to acting on it. */
const FENCE_MS = 10_000

/** `only near`: the far tier has failed, and nothing known here speaks against the value. `void`: something here does. */
export type FarOutcome = WriteOutcome | 'only near' | 'void'

export class TierLeases {
  readonly #far: FarTier
  readonly #book = new LeaseBook()

  constructor(far: FarTier) {
    this.#far = far
  }

  async take(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Promise<Lease | undefined> {
    const lease = this.#book.take(key, mode, nowMs + lengthMs)
    const given = await unless(async () => this.#far.lease(key, mode, lengthMs, nowMs), 'fault')
    // Where the far tier is down there is one holder in this process, at least.
    const isHeld = given === 'fault' && mode === 'exclusive' && this.#book.isTaken(lease, nowMs)
    if (given === undefined || isHeld) {
      this.#book.forget(lease)
      return undefined
    }
    if (mode === 'exclusive') this.#book.voidRivals(lease)
    const noted = this.#book.find(lease)
    if (given !== 'fault' && noted !== undefined) noted.far = given
    return lease
  }

  async renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): Promise<boolean> {
    this.#far.requireOpen()
    const noted = this.#book.held(lease, tags, nowMs)
    if (noted === undefined) return false
    const { far } = noted
    // Where the far tier does not say so, one in doubt does not hold.
    const answer =
      far === undefined ? 'fault' : await unless(async () => this.#far.renew(far, tags, lengthMs, nowMs), 'fault')
    const holds = answer === 'fault' ? !noted.isDoubtful : answer
    if (holds) noted.untilMs = nowMs + lengthMs
    return holds
  }

  async release(lease: Lease): Promise<void> {
    this.#far.requireOpen()
    const far = this.#book.find(lease)?.far
    this.#book.forget(lease)
    if (far !== undefined) await unless(async () => this.#far.release(far), undefined)
  }

  /** Writes afar, under the lease where there is one. @throws BackendError when that fails and the entry counts only there */
  async write(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<FarOutcome> {
    if (lease === undefined) return unless(() => this.#far.set(key, entry, nowMs, undefined), 'only near')
    const { tags } = entry.facts
    const noted = this.#book.held({ key, token: lease.token }, tags, nowMs)
    if (noted === undefined || lease.key !== key) return 'void'
    // Whether a step that fails was done nobody can tell: a load that began before it must not come after it.
    if (entry.needsTruth === true) this.#book.voidOthers(lease)
    const outcome = await this.#writeUnder(noted, key, entry, nowMs)
    if (outcome !== 'fault') {
      const isVoidHere = outcome === 'superseded' && this.#book.held(lease, tags, nowMs) === undefined
      if (outcome !== 'elapsed') this.#book.forget(lease)
      return isVoidHere ? 'void' : outcome
    }
    // A lease that the far tier does not know tells nothing of what others have invalidated. Where that tier answers
    // again, the load was one too early.
    if (noted.far === undefined && (await this.#far.isRidOf(key, nowMs))) return 'void'
    return this.#onlyNear(lease, tags, nowMs)
  }

  /** Nothing of the key is to be afar: what is there goes, and whose lease is void has come too late. */
  async keepNear(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<FarOutcome> {
    const { expireAtMs, tags } = entry.facts
    if (expireAtMs <= nowMs) return 'elapsed'
    if (lease === undefined) {
      await unless(() => this.#far.delete(key, nowMs, undefined), false)
      return 'only near'
    }
    // Before anything goes for it: of one in doubt nobody could tell afterwards whether it was good until the deletion.
    if (lease.key !== key || this.#book.find(lease)?.isDoubtful === true) return 'void'
    if (!(await this.renew(lease, tags, FENCE_MS, nowMs))) return 'void'
    const far = this.#book.find(lease)?.far
    // Under the lease: what somebody writes from here on stays. What others hold it voids afar, and so here in the same step.
    this.#book.voidOthers(lease)
    const outcome = far === undefined ? 'fault' : await unless(() => this.#far.delete(key, nowMs, far), 'fault')
    if (outcome === 'fault' && this.#book.held(lease, tags, nowMs) !== undefined) {
      const isRid = await this.#far.isRidOf(key, nowMs)
      if (isRid && far === undefined) return 'void'
    }
    return this.#onlyNear(lease, tags, nowMs)
  }

  /** Spends the lease in the book, if it holds there. One in doubt counts as overtaken: nobody says that it was not. */
  #onlyNear(lease: Lease, tags: readonly string[], nowMs: number): 'only near' | 'void' | 'superseded' {
    const noted = this.#book.held(lease, tags, nowMs)
    if (noted === undefined) return 'void'
    this.#book.forget(lease)
    return noted.isDoubtful ? 'superseded' : 'only near'
  }

  async #writeUnder(
    { far, isDoubtful }: Noted,
    key: string,
    entry: NewEntry,
    nowMs: number,
  ): Promise<WriteOutcome | 'fault'> {
    if (entry.needsTruth === true) {
      if (far === undefined) throw this.#far.refusal('set')
      return this.#far.setAtOnce(key, entry, nowMs, far)
    }
    if (far === undefined) return 'fault'
    const write = () =>
      isDoubtful ? this.#far.setAtOnce(key, entry, nowMs, far) : this.#far.set(key, entry, nowMs, far)
    return unless(write, 'fault')
  }

  /** @throws BackendError when the far tier fails, or has not given its lease: whether it was there cannot be told, nor can others' loads be ended */
  async deleteUnder(lease: Lease, nowMs: number): Promise<boolean | 'void'> {
    const noted = this.#book.held(lease, [], nowMs)
    if (noted === undefined) return 'void'
    const { far } = noted
    if (far === undefined) throw this.#far.refusal('delete')
    this.#book.voidOthers(lease)
    this.#book.forget(lease)
    return this.#far.delete(lease.key, nowMs, far)
  }

  voidKey(key: string): void {
    this.#book.voidKey(key)
  }

  doubtKey(key: string): void {
    this.#book.doubtKey(key)
  }

  voidTarget(target: InvalidationTarget): void {
    this.#book.voidTarget(target)
  }
}
