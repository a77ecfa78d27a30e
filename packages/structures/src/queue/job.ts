/**
 * A job that was pulled, and is this caller's until its visibility ends. Whoever answers later than that changes nothing: the
 * job is somebody else's by then, and the answer says so.
 */
import { type Duration, durationMs, requireKnownOptions, type SpaceChange, type SpaceRecord } from '@stowage/core'
import type { Space } from '../space.ts'
import { acknowledge } from './acks.ts'
import { instantOf, placeOf, READY, waitingUntil } from './layout.ts'
import { death } from './leaving.ts'
import type { Letter } from './letter.ts'
import type { QueuePlan } from './options.ts'

export interface Job<T> extends Letter<T> {
  /** Until when it is kept from others. */
  readonly visibleAtMs: number
  /** It is done, and gone. False: it was no longer this caller's. */
  ack(): Promise<boolean>
  /**
   * It is not done: others may have it, at once or after a delay; after its last try it goes to the dead letters. False: it
   * was no longer this caller's.
   */
  nack(options?: { readonly delay?: Duration }): Promise<boolean>
  /** Keeps it from others for so long from now on; default: the queue's visibility. False: it was no longer this caller's. */
  extend(visibility?: Duration): Promise<boolean>
  /** Gives it back as if it had not been pulled. False: it was no longer this caller's. */
  release(): Promise<boolean>
}

export class PulledJob<T> implements Job<T> {
  readonly id: string
  readonly value: T
  readonly priority: number
  readonly tries: number
  readonly #space: Space
  readonly #plan: QueuePlan
  #record: SpaceRecord
  /** Where an extension without an answer has put the job, if it was made. */
  #perhapsAt: string | undefined
  /** What was asked for last: answers to the same job are given one after the other, as each looks for what the one before left. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(space: Space, plan: QueuePlan, record: SpaceRecord, { id, value, priority, tries }: Letter<T>) {
    this.#space = space
    this.#plan = plan
    this.#record = record
    this.id = id
    this.value = value
    this.priority = priority
    this.tries = tries
  }

  get visibleAtMs(): number {
    return instantOf(this.#record.key)
  }

  ack(): Promise<boolean> {
    return this.ackWithin(0)
  }

  /** @param atMostMs how long it may wait for a pull to go with */
  ackWithin(atMostMs: number): Promise<boolean> {
    return this.#inTurn(() => acknowledge(this.#space, this.#record, atMostMs))
  }

  async nack(options: { readonly delay?: Duration } = {}): Promise<boolean> {
    requireKnownOptions('nack', options, ['delay'])
    const { delay } = options
    const delayMs = delay === undefined ? 0 : durationMs('delay', delay)
    return this.#inTurn(async () => {
      const { tries } = this
      if (tries >= this.#plan.maxTries) return (await this.#settle(death(this.#record), false)) !== undefined
      return (await this.#moveTo(this.#back(delayMs), tries, true)) !== undefined
    })
  }

  async extend(visibility?: Duration): Promise<boolean> {
    const lengthMs = visibility === undefined ? this.#plan.visibilityMs : durationMs('visibility', visibility)
    return this.#inTurn(async () => {
      const key = waitingUntil(this.#space.clock.nowMs() + lengthMs) + placeOf(this.#record.key)
      this.#perhapsAt = key
      const version = await this.#moveTo(key, this.tries, false)
      this.#perhapsAt = undefined
      if (version !== undefined) this.#record = { ...this.#record, key, version }
      return version !== undefined
    })
  }

  release(): Promise<boolean> {
    return this.#inTurn(async () => (await this.#moveTo(this.#back(0), this.tries - 1, true)) !== undefined)
  }

  #inTurn<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    // Without a turn more where there is nothing to look for: an acknowledgement goes with the pull that was asked for beside it.
    const answer = this.#last.then(() =>
      this.#perhapsAt === undefined ? run() : this.#find(this.#perhapsAt).then(run),
    )
    this.#last = answer.then(ignored, ignored)
    return answer
  }

  async #find(key: string): Promise<void> {
    const record = await this.#space.get(key)
    // Whoever has pulled it since has made it one try more.
    if (record?.moveCount === this.tries) this.#record = record
    this.#perhapsAt = undefined
  }

  #back(delayMs: number): string {
    const place = placeOf(this.#record.key)
    return delayMs === 0 ? READY + place : waitingUntil(this.#space.clock.nowMs() + delayMs) + place
  }

  #moveTo(key: string, moveCount: number, isTold: boolean): Promise<number | undefined> {
    const { key: from, value } = this.#record
    return this.#settle(
      [
        { do: 'delete', key: from },
        { do: 'put', key, value, moveCount },
      ],
      isTold,
    )
  }

  /** The version of the commit; undefined: the job is no longer where it was pulled to. */
  async #settle(changes: readonly SpaceChange[], isTold: boolean): Promise<number | undefined> {
    const { key, version } = this.#record
    const result = await this.#space.commit({ expect: [{ key, version }], changes, isTold })
    return result.outcome === 'done' ? result.version : undefined
  }
}

function ignored(): void {}
