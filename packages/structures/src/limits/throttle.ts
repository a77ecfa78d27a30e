/**
 * A token bucket for all processes together. Kept is one instant: when the next token were due if none had been saved up (GCRA, the
 * generic cell rate algorithm). Who has to wait books the next instant and sleeps until then: first come, first served,
 * and nobody asks twice.
 */
import {
  type Backend,
  ConfigError,
  type Duration,
  describe,
  durationMs,
  numberIn,
  positiveCount,
  requireFunction,
  requireKnownOptions,
  type SpaceRecord,
  ticksOf,
} from '@stowage/core'
import { type CheckOptions, repairIn, type StructureReport } from '../examination.ts'
import { requireSignal } from '../signal-option.ts'
import { openSpace, type Space, type StructureOptions } from '../space.ts'
import { checkThrottle, figureIn } from './number-check.ts'

export interface ThrottleOptions extends StructureOptions {
  /** How many may pass in each `per`. */
  readonly limit: number
  readonly per: Duration
  /** How many may pass at once after a quiet time. Default: `limit`. */
  readonly burst?: number
}

export interface ThrottleStats {
  /** How many may pass now. */
  readonly tokens: number
  /** How long one that asks now would wait. */
  readonly waitMs: number
}

export interface Throttle {
  readonly name: string
  /** Takes a token, when it is due. @throws the signal's reason; the token is given back where nobody booked after it */
  acquire(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Takes a token if there is one now. */
  tryAcquire(): Promise<boolean>
  stats(): Promise<ThrottleStats>
  check(options?: CheckOptions): Promise<StructureReport>
  /** The same function, each call of which takes a token first. */
  wrap<Args extends readonly unknown[], Result>(
    work: (...args: Args) => Result | Promise<Result>,
  ): (...args: Args) => Promise<Result>
}

const RECORD = 't'

/** @throws ConfigError for a backend that cannot keep one, a name that is none, or an option out of range */
export function throttle(backend: Backend, name: string, options: ThrottleOptions): Throttle {
  requireKnownOptions('throttle', options, ['clock', 'limit', 'per', 'burst'])
  const limit = positiveCount('limit', options.limit)
  const intervalMs = durationMs('per', options.per) / limit
  const burst = positiveCount('burst', options.burst ?? limit)
  if (!Number.isFinite(intervalMs * burst)) throw new ConfigError(`burst: ${describe(burst)} is too many`)
  return new SpaceThrottle(openSpace('throttle', backend, name, options), name, { intervalMs, burst })
}

interface Rate {
  readonly intervalMs: number
  readonly burst: number
}

/** A token that was booked: when it is due, and as which commit. */
interface Booking {
  readonly dueAtMs: number
  readonly nextAtMs: number
  readonly version: number
}

/** How far ahead of the clock it is booked; not a number: its record cannot be read. */
export async function bookedAheadMs(space: Space): Promise<number> {
  return Math.max(0, figureIn(await space.get(RECORD)) - space.clock.nowMs())
}

/** When the next token were due; what cannot be read says nothing, as if none had been booked. */
function nextIn(record: SpaceRecord | undefined): number {
  return record === undefined ? 0 : (numberIn(record) ?? 0)
}

/** What fractions of ms may add up to over a whole burst, as instants are told to 1/4096 ms: never as much as a token. */
function toleranceOf({ intervalMs, burst }: Rate): number {
  return Math.min(intervalMs / 2, burst / 4_096)
}

class SpaceThrottle implements Throttle {
  readonly name: string
  readonly #space: Space
  readonly #rate: Rate

  constructor(space: Space, name: string, rate: Rate) {
    this.#space = space
    this.name = name
    this.#rate = rate
  }

  async acquire(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    requireKnownOptions('acquire', options, ['signal'])
    const { signal } = options
    requireSignal('acquire', signal)
    signal?.throwIfAborted()
    const booking = await this.#book(Number.POSITIVE_INFINITY)
    if (booking === undefined) throw new Error('a booking without an end is made')
    await this.#until(booking.dueAtMs - this.#space.clock.nowMs(), signal)
    if (signal?.aborted !== true) return
    // Where that fails the token is lost; the caller hears why it was not waited for, all the same.
    await Promise.allSettled([this.#giveBack(booking)])
    signal.throwIfAborted()
  }

  async tryAcquire(): Promise<boolean> {
    return (await this.#book(0)) !== undefined
  }

  async stats(): Promise<ThrottleStats> {
    const { intervalMs, burst } = this.#rate
    const aheadMs = Math.max(0, nextIn(await this.#space.get(RECORD)) - this.#space.clock.nowMs())
    const tokens = Math.max(0, Math.floor(burst - (aheadMs - toleranceOf(this.#rate)) / intervalMs))
    return { tokens, waitMs: tokens > 0 ? 0 : aheadMs - (burst - 1) * intervalMs }
  }

  async check(options?: CheckOptions): Promise<StructureReport> {
    return checkThrottle(this.#space, repairIn(options))
  }

  wrap<Args extends readonly unknown[], Result>(
    work: (...args: Args) => Result | Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    requireFunction('wrap: work', work)
    return async (...args) => {
      await this.acquire()
      return work(...args)
    }
  }

  /** Undefined: it would be due later than that. */
  #book(atMostMs: number): Promise<Booking | undefined> {
    const { intervalMs, burst } = this.#rate
    const tolerance = toleranceOf(this.#rate)
    return this.#space.change<Booking | undefined>(RECORD, (record, nowMs) => {
      const nextAtMs = Math.max(nextIn(record), nowMs) + intervalMs
      const dueAtMs = nextAtMs - burst * intervalMs
      if (dueAtMs - nowMs > atMostMs + tolerance) return { commit: undefined, answer: () => undefined }
      return {
        commit: { changes: [{ do: 'put', key: RECORD, value: String(nextAtMs), moveCount: 0 }] },
        answer: (version) => ({ dueAtMs, nextAtMs, version }),
      }
    })
  }

  /** Where somebody has booked after it, he has the place that he was told: taking it away would let two pass at once. */
  async #giveBack({ nextAtMs, version }: Booking): Promise<void> {
    const value = String(nextAtMs - this.#rate.intervalMs)
    await this.#space.commit({
      expect: [{ key: RECORD, version }],
      changes: [{ do: 'put', key: RECORD, value, moveCount: 0 }],
    })
  }

  /** By the clock for durations: wall clocks are set back. Ends early with the signal. */
  async #until(lengthMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock } = this.#space
    const ticks = ticksOf(clock)
    const endTick = ticks() + lengthMs
    for (let leftMs = lengthMs; leftMs > 0 && signal?.aborted !== true; leftMs = endTick - ticks()) {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          cancel()
          signal?.removeEventListener('abort', end)
          resolve()
        }
        const cancel = clock.schedule(Math.ceil(leftMs), end, true)
        signal?.addEventListener('abort', end)
      })
    }
  }
}
