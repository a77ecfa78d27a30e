/**
 * Jobs that one worker has pulled ahead of need: where jobs are done quickly, one pull brings as many as will be done in a moment. What is
 * not begun by then goes back as if it had not been pulled, for others to have.
 *
 * Where the worker dies first, those that lay here have lost a try. None loses a second one that way: ahead of need only jobs are pulled
 * that were never tried, and none behind one that was, as that may be what kills workers. Where there is but one try, none lies here.
 */
import type { CancelTimer } from '@stowage/core'
import type { Space } from '../space.ts'
import type { PulledJob } from './job.ts'
import type { QueuePlan } from './options.ts'
import { type PullWish, pullInTime } from './pulling.ts'

/** How long a job may lie here, and an acknowledgement wait for the next pull to go with. */
const MOMENT_MS = 20
/** Clocks tell whole ms; what takes less is taken to take so long. */
const LEAST_MS = 0.1
/** From pull to pull. */
const GROWTH = 4

export class Stock<T> implements AsyncDisposable {
  readonly #space: Space
  readonly #plan: QueuePlan
  readonly #most: number
  readonly #momentMs: number
  #jobs: PulledJob<T>[] = []
  #pulledCount = 0
  /** What the last job took. */
  #lastMs = Number.POSITIVE_INFINITY
  /** The quicker of the last two: one may have had to wait for the processor. */
  #paceMs = Number.POSITIVE_INFINITY
  #cancel: CancelTimer = ignored
  #goingBack: Promise<unknown> = Promise.resolve()

  /** @param most that one pull brings, unless more are asked for */
  constructor(space: Space, plan: QueuePlan, most: number) {
    this.#space = space
    this.#plan = plan
    this.#most = plan.maxTries > 1 ? most : 1
    this.#momentMs = Math.min(MOMENT_MS, plan.visibilityMs / 10)
  }

  /** How long an acknowledgement may wait: for the next pull, where that is not at hand. */
  get ackWithinMs(): number {
    return this.#jobs.length === 0 ? 0 : this.#momentMs
  }

  /** What a job took. */
  note(tookMs: number): void {
    this.#paceMs = Math.max(Math.min(tookMs, this.#lastMs), LEAST_MS)
    this.#lastMs = tookMs
  }

  /** As {@link pullInTime}. */
  async take(wish: Omit<PullWish, 'aheadFrom'>): Promise<PulledJob<T>[]> {
    if (this.#jobs.length === 0) await this.#fill(wish)
    const taken = this.#jobs.splice(0, wish.limit)
    if (this.#jobs.length === 0) this.#cancel()
    // Those that lay too long, as the event loop stood still, are somebody else's by now.
    return taken.filter(({ visibleAtMs }) => this.#space.clock.nowMs() < visibleAtMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#giveBack()
    await this.#goingBack
  }

  async #fill(wish: Omit<PullWish, 'aheadFrom'>): Promise<void> {
    const limit = Math.max(wish.limit, Math.min(this.#most, this.#quickCount(wish.limit), this.#pulledCount * GROWTH))
    this.#jobs = await pullInTime<T>(this.#space, this.#plan, { ...wish, limit, aheadFrom: wish.limit })
    this.#pulledCount = this.#jobs.length
    if (this.#jobs.length <= wish.limit) return
    this.#cancel = this.#space.clock.schedule(this.#momentMs, () => {
      this.#lastMs = this.#momentMs
      this.note(this.#momentMs)
      this.#giveBack()
    })
  }

  /** How many will be done in half a moment. */
  #quickCount(atATime: number): number {
    return Math.floor((atATime * this.#momentMs) / 2 / this.#paceMs)
  }

  #giveBack(): void {
    this.#cancel()
    const jobs = this.#jobs.splice(0)
    // Where it cannot be given back it comes back by itself.
    if (jobs.length > 0) this.#goingBack = Promise.allSettled(jobs.map((job) => job.release()))
  }
}

function ignored(): void {}
