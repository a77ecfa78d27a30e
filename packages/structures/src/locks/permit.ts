/**
 * A permit that is held: renewed at each third of its time, given back once. When it could not be renewed in time somebody else
 * may have it: the signal says so, and whatever is written under its fencing token is refused where tokens are compared.
 */
import { type CancelTimer, ticksOf } from '@stowage/core'
import type { Grant, Holdings } from './holdings.ts'

export interface Permit extends AsyncDisposable {
  /** Higher than that of every permit given before, of this lock or semaphore: for stores that refuse a lower one than they have seen. */
  readonly fence: number
  /** Aborted when the permit is lost. */
  readonly signal: AbortSignal
  readonly isHeld: boolean
  /** Gives it back. False: it had been lost already. Where that fails it can be asked for again; `isHeld` is false in any case. */
  release(): Promise<boolean>
}

export class HeldPermit implements Permit {
  readonly fence: number
  readonly #holdings: Holdings
  readonly #token: string
  readonly #lost = new AbortController()
  readonly #ticks: () => number
  /** By the clock for durations: wall clocks are set back. */
  #lastsUntilTick: number
  #cancelRenewal: CancelTimer = () => undefined
  #cancelEnd: CancelTimer = () => undefined
  #isGivenUp = false
  #release: Promise<boolean> | undefined

  constructor(holdings: Holdings, { token, fence, beganTick }: Grant) {
    this.#holdings = holdings
    this.#token = token
    this.fence = fence
    this.#ticks = ticksOf(holdings.clock)
    this.#lastsUntilTick = beganTick + holdings.ttlMs
    this.#renewLater()
    this.#watchEnd()
  }

  get signal(): AbortSignal {
    return this.#lost.signal
  }

  get isHeld(): boolean {
    // A process that was stopped learns here that its time is over, before any timer has run.
    if (!this.#isGivenUp && this.#ticks() >= this.#lastsUntilTick) this.#lose()
    return !this.#isGivenUp && !this.#lost.signal.aborted
  }

  release(): Promise<boolean> {
    this.#release ??= this.#giveBack()
    return this.#release
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release()
  }

  async #giveBack(): Promise<boolean> {
    this.#isGivenUp = true
    this.#stop()
    try {
      return await this.#holdings.leave(this.#token)
    } catch (error) {
      this.#release = undefined
      throw error
    }
  }

  #stop(): void {
    this.#cancelRenewal()
    this.#cancelEnd()
  }

  #lose(): void {
    this.#stop()
    this.#lost.abort(new Error(`${this.#holdings.label} was not renewed in time, and may be somebody else's`))
  }

  #renewLater(): void {
    this.#cancelRenewal = this.#holdings.clock.schedule(this.#holdings.ttlMs / 3, () => void this.#renew())
  }

  async #renew(): Promise<void> {
    const beganTick = this.#ticks()
    try {
      const isOurs = await this.#holdings.renew(this.#token)
      if (this.#isGivenUp || this.#lost.signal.aborted) return
      if (!isOurs) {
        this.#lose()
        return
      }
      this.#lastsUntilTick = beganTick + this.#holdings.ttlMs
      this.#cancelEnd()
      this.#watchEnd()
    } catch {
      // The backend may be back in time; when it is not, the end is watched.
    }
    if (this.isHeld) this.#renewLater()
  }

  #watchEnd(): void {
    const leftMs = Math.max(0, this.#lastsUntilTick - this.#ticks())
    this.#cancelEnd = this.#holdings.clock.schedule(leftMs, () => {
      // A timer takes no more than 24 days, and may be early.
      if (this.isHeld) this.#watchEnd()
    })
  }
}
