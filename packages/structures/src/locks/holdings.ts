/**
 * The record of a lock or semaphore in its space: each change of it is one commit on what was read. There is none while nobody holds
 * or waits, so that who comes first need not look; who has just written it need not look, either, until somebody else has.
 */
import { randomBytes } from 'node:crypto'
import { type Clock, type SpaceChange, type SpaceRecord, ticksOf } from '@stowage/core'
import { News } from '../news.ts'
import type { Seen, Space } from '../space.ts'
import {
  granted,
  type Holding,
  holds,
  isIn,
  left,
  living,
  mayHold,
  NOBODY,
  nextEndMs,
  queued,
  readHolding,
  renewed,
  type Seat,
  writeHolding,
} from './holding.ts'
import type { HoldingTerms } from './holding-check.ts'

const RECORD = 'h'
const TOKEN_BYTES = 15

export interface Waiting {
  /** Undefined: for ever. */
  readonly waitMs: number | undefined
  readonly signal: AbortSignal | undefined
}

/** A permit by its token. */
export interface Grant {
  readonly token: string
  readonly fence: number
  /** When its time began, by the clock for durations. */
  readonly beganTick: number
}

export class Holdings {
  readonly ttlMs: number
  readonly #space: Space
  readonly #permits: number
  readonly #ticks: () => number
  /** What was read or written last: it may have changed since. */
  #known: Seen = { record: undefined }

  constructor(space: Space, { permits, ttlMs }: HoldingTerms) {
    this.#space = space
    this.#permits = permits
    this.ttlMs = ttlMs
    this.#ticks = ticksOf(space.clock)
  }

  get clock(): Clock {
    return this.#space.clock
  }

  get label(): string {
    return this.#space.label
  }

  /** As it is now. */
  async look(): Promise<Holding> {
    return this.#stateIn(await this.#space.get(RECORD), this.clock.nowMs())
  }

  /** At once or not at all: behind those who wait. */
  tryTake(): Promise<Grant | undefined> {
    const token = newToken()
    return this.#orLeave(token, async () => {
      let beganTick = 0
      const fence = await this.#change((state, seat) => {
        beganTick = this.#ticks()
        if (!mayHold(state, token, this.#permits)) return undefined
        return granted(state, seat(token))
      })
      return fence === undefined ? undefined : { token, fence, beganTick }
    })
  }

  /** In the order in which they came. @returns undefined when the time is over @throws the signal's reason */
  async take({ waitMs, signal }: Waiting): Promise<Grant | undefined> {
    signal?.throwIfAborted()
    const token = newToken()
    const untilTick = waitMs === undefined ? Number.POSITIVE_INFINITY : this.#ticks() + waitMs
    using news = new News(this.#space)
    const grant = await this.#orLeave(token, async () => {
      for (let renewAtMs = 0; ; ) {
        const step = await this.#stepUp(token, renewAtMs)
        if (step.grant !== undefined) return step.grant
        renewAtMs = step.renewAtMs
        const leftMs = untilTick - this.#ticks()
        if (leftMs <= 0) return undefined
        await news.next(Math.min(leftMs, Math.min(renewAtMs, step.nextEndMs) - this.clock.nowMs()), signal)
      }
    })
    if (grant === undefined) await this.leave(token)
    return grant
  }

  /** False: it is not held any more. */
  async renew(token: string): Promise<boolean> {
    return (await this.#change((state, seat) => renewed(state, seat(token)))) !== undefined
  }

  /** False: it was not held any more. */
  async leave(token: string): Promise<boolean> {
    let wasHeld = false
    await this.#change((state) => {
      wasHeld = holds(state, token)
      return isIn(state, token) ? left(state, token) : undefined
    }, true)
    return wasHeld
  }

  async #orLeave(token: string, take: () => Promise<Grant | undefined>): Promise<Grant | undefined> {
    try {
      return await take()
    } catch (thrown) {
      // What was asked for last may have been granted without an answer.
      await Promise.allSettled([this.leave(token)])
      throw thrown
    }
  }

  /** Takes the permit, or a place in the line, which is kept by coming back in time. */
  async #stepUp(
    token: string,
    renewAtMs: number,
  ): Promise<{ readonly grant?: Grant; readonly renewAtMs: number; readonly nextEndMs: number }> {
    let isGranted = false
    let nextEnd = Number.POSITIVE_INFINITY
    let seenAtMs = 0
    let beganTick = 0
    const version = await this.#change((state, seat, nowMs) => {
      seenAtMs = nowMs
      beganTick = this.#ticks()
      // An answer may have been lost.
      isGranted = holds(state, token) || mayHold(state, token, this.#permits)
      if (isGranted) return granted(left(state, token), seat(token))
      nextEnd = nextEndMs(left(state, token)) ?? nextEnd
      const isThere = state.waiting.some((each) => each.token === token)
      return isThere && nowMs < renewAtMs ? undefined : queued(state, seat(token))
    })
    if (isGranted && version !== undefined) {
      return { grant: { token, fence: version, beganTick }, renewAtMs, nextEndMs: nextEnd }
    }
    return {
      renewAtMs: version === undefined ? renewAtMs : seenAtMs + this.ttlMs / 3,
      nextEndMs: nextEnd,
    }
  }

  /** @returns the version of the commit; undefined: there was nothing to change */
  #change(
    decide: (state: Holding, seat: (token: string) => Seat, nowMs: number) => Holding | undefined,
    isTold = false,
  ): Promise<number | undefined> {
    return this.#space.changeKnown<number | undefined>(RECORD, this.#known, (record, nowMs) => {
      const seat = (token: string): Seat => ({ token, untilMs: nowMs + this.ttlMs })
      const next = decide(this.#stateIn(record, nowMs), seat, nowMs)
      if (next === undefined) return { commit: undefined, answer: () => this.#know(record, undefined) }
      const isNobody = nextEndMs(next) === undefined
      const value = writeHolding(next)
      const change: SpaceChange = isNobody
        ? { do: 'delete', key: RECORD }
        : { do: 'put', key: RECORD, value, moveCount: 0 }
      return {
        commit: { changes: [change], isTold: isTold && next.waiting.length > 0 },
        answer: (version) => this.#know(isNobody ? undefined : { key: RECORD, value, version, moveCount: 0 }, version),
      }
    })
  }

  #know(record: SpaceRecord | undefined, version: number | undefined): number | undefined {
    this.#known = { record }
    return version
  }

  #stateIn(record: SpaceRecord | undefined, nowMs: number): Holding {
    if (record === undefined) return NOBODY
    const holding = this.#space.read(record, ({ value }) => readHolding(value))
    return living(holding, nowMs)
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}
