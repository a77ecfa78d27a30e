/**
 * Where the jobs of a queue are, as keys of its space. Each has a place for life: its priority and the stamp of its push. A job
 * that comes back comes back to its place, before all that were pushed after it.
 *
 *   c/length             how many are ready or waiting
 *   h/<instant>/<place>  hidden until an instant: pulled and not acknowledged yet, or delayed
 *   r/<place>            ready
 *   s/<place>            set aside: dead letter
 *   t/<id>               taken: there is a job of this id
 *
 * Those that are hidden stand between the length and the first that are ready: a pull and an acknowledgement change one page of a
 * file, however long the queue is.
 */
import type { SpaceRange } from '@stowage/core'
import { MAX_PRIORITY } from './options.ts'

export const READY = 'r/'
export const DEAD = 's/'
export const LENGTH = 'c/length'

const WAITING = 'h/'
const ID = 't/'
const INSTANT_DIGITS = 16
const LAST_MS = 9e15
const PRIORITY_DIGITS = 4

/** What stands before the place in a key of a waiting job. */
export const WAITING_CUT: number = WAITING.length + INSTANT_DIGITS + 1

export const ALL_READY: SpaceRange = under(READY)
export const ALL_WAITING: SpaceRange = under(WAITING)
export const ALL_DEAD: SpaceRange = under(DEAD)
export const ALL_IDS: SpaceRange = under(ID)
/** Ready or waiting: no other keys are between these. */
export const ALL_LIVE: SpaceRange = { from: WAITING, to: ALL_READY.to }

/** Those whose instant has come. */
export function dueAt(nowMs: number): SpaceRange {
  return { from: WAITING, to: waitingUntil(nowMs + 1) }
}

/** Those whose instant is still to come. */
export function waitingAt(nowMs: number): SpaceRange {
  return { from: waitingUntil(nowMs + 1), to: ALL_WAITING.to }
}

/** What a key of a job begins with that waits for this instant. Beyond what its digits can tell no clock will ever be. */
export function waitingUntil(atMs: number): string {
  return `${WAITING}${String(Math.min(Math.floor(atMs), LAST_MS)).padStart(INSTANT_DIGITS, '0')}/`
}

/** Until when a waiting job waits. */
export function instantOf(key: string): number {
  return Number(key.slice(WAITING.length, WAITING_CUT - 1))
}

/** What a place begins with; higher priorities come first. */
export function rankOf(priority: number): string {
  return String(MAX_PRIORITY - priority).padStart(PRIORITY_DIGITS, '0')
}

export function rankIn(place: string): string {
  return place.slice(0, PRIORITY_DIGITS)
}

export function priorityOf(place: string): number {
  return MAX_PRIORITY - Number(rankIn(place))
}

/** The id of a job that was given none: the stamp of its push. */
export function ownId(place: string): string {
  return place.slice(PRIORITY_DIGITS)
}

/** The place of the job with this key, wherever it is. */
export function placeOf(key: string): string {
  return key.startsWith(WAITING) ? key.slice(WAITING_CUT) : key.slice(READY.length)
}

export function idKey(id: string): string {
  return `${ID}${id}`
}

const PLACE = /^\d{24}$/
const WAITING_KEY = /^h\/\d{16}\/\d{24}$/

/** What a key is of. `nowhere`: of no queue. */
export function placement(key: string): 'live' | 'dead' | 'book' | 'nowhere' {
  if (key === LENGTH || key.startsWith(ID)) return 'book'
  if (key.startsWith(WAITING)) return WAITING_KEY.test(key) ? 'live' : 'nowhere'
  if (!PLACE.test(placeOf(key))) return 'nowhere'
  return key.startsWith(READY) ? 'live' : key.startsWith(DEAD) ? 'dead' : 'nowhere'
}

/** The place that a key of a waiting job ends with, whatever is wrong before it. */
export function lastPlaceIn(key: string): string | undefined {
  const place = key.slice(key.lastIndexOf('/') + 1)
  return key.startsWith(WAITING) && PLACE.test(place) ? place : undefined
}

/** All keys that begin with a prefix that ends in `/`: `0` is what comes next. */
function under(prefix: string): SpaceRange {
  return { from: prefix, to: `${prefix.slice(0, -1)}0` }
}
