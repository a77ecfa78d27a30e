/**
 * Who holds the permits of a semaphore and who waits for one, in one record, and what may become of it: pure rules over a state
 * and an instant. Whoever does not renew in time is out, holder or waiting, so that a crash costs a permit no longer than that.
 */
import { UsageError } from '@stowage/core'

/** Somebody, by a random token that nobody else has. */
export interface Seat {
  readonly token: string
  /** Until then, unless renewed. */
  readonly untilMs: number
}

export interface Holding {
  readonly holders: readonly Seat[]
  /** In the order in which they came. */
  readonly waiting: readonly Seat[]
}

/** The record holds them all, and each renews his own seat in it. */
const MAX_WAITING = 1_000

export const NOBODY: Holding = { holders: [], waiting: [] }

/** Without those whose time is over. */
export function living({ holders, waiting }: Holding, nowMs: number): Holding {
  const lives = ({ untilMs }: Seat): boolean => nowMs < untilMs
  return { holders: holders.filter(lives), waiting: waiting.filter(lives) }
}

export function holds({ holders }: Holding, token: string): boolean {
  return holders.some((seat) => seat.token === token)
}

export function isIn(state: Holding, token: string): boolean {
  return holds(state, token) || state.waiting.some((seat) => seat.token === token)
}

/** Whether the token may have a permit now: one is free that nobody before it waits for. */
export function mayHold({ holders, waiting }: Holding, token: string, permits: number): boolean {
  const place = waiting.findIndex((seat) => seat.token === token)
  const ahead = place < 0 ? waiting.length : place
  return ahead < permits - holders.length
}

export function granted({ holders, waiting }: Holding, seat: Seat): Holding {
  return { holders: [...holders, seat], waiting: without(waiting, seat.token) }
}

/** Behind all others, or prolonged where it is. @throws UsageError when too many wait already */
export function queued(state: Holding, seat: Seat): Holding {
  if (state.waiting.some(({ token }) => token === seat.token)) {
    return { ...state, waiting: state.waiting.map((each) => (each.token === seat.token ? seat : each)) }
  }
  if (state.waiting.length >= MAX_WAITING) throw new UsageError(`acquire: ${MAX_WAITING} wait already`)
  return { ...state, waiting: [...state.waiting, seat] }
}

/** Undefined: it holds nothing any more. */
export function renewed(state: Holding, seat: Seat): Holding | undefined {
  if (!holds(state, seat.token)) return undefined
  return { ...state, holders: state.holders.map((each) => (each.token === seat.token ? seat : each)) }
}

export function left({ holders, waiting }: Holding, token: string): Holding {
  return { holders: without(holders, token), waiting: without(waiting, token) }
}

/** The first instant at which somebody's time is over; undefined: nobody is there. */
export function nextEndMs({ holders, waiting }: Holding): number | undefined {
  const ends = [...holders, ...waiting].map(({ untilMs }) => untilMs)
  return ends.length === 0 ? undefined : Math.min(...ends)
}

function without(seats: readonly Seat[], token: string): readonly Seat[] {
  return seats.filter((seat) => seat.token !== token)
}

export function writeHolding({ holders, waiting }: Holding): string {
  const flat = (seats: readonly Seat[]): unknown => seats.map(({ token, untilMs }) => [token, untilMs])
  return JSON.stringify([flat(holders), flat(waiting)])
}

/** @throws Error when the text is not one that was written */
export function readHolding(text: unknown): Holding {
  const parsed: unknown = typeof text === 'string' ? JSON.parse(text) : undefined
  if (!Array.isArray(parsed) || parsed.length !== 2) throw new Error('the record of who holds it cannot be read')
  return { holders: seatsIn(parsed[0]), waiting: seatsIn(parsed[1]) }
}

function seatsIn(parsed: unknown): Seat[] {
  if (!Array.isArray(parsed)) throw new Error('the record of who holds it cannot be read')
  return parsed.map((pair: unknown) => {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'number') {
      throw new Error('the record of who holds it cannot be read')
    }
    return { token: pair[0], untilMs: pair[1] }
  })
}
