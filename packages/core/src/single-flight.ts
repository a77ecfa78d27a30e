/**
 * One load per key per process.
 *
 * A caller that finds a load going on joins it, but may take its value only when that is as good as loading by itself:
 * either the load began after the caller asked, or the caller asked before the fence was tested (by the write under the
 * lease) and the fence held, so that nothing was invalidated between the load's begin and the caller's question.
 * Otherwise the caller asks again; the load it then begins or joins is younger than its question, so that it asks twice
 * at most. This is what keeps P2 (no resurrection) for joined callers, also across processes, without a check per join.
 */

import { LoadAbort } from './load-abort.ts'
import { ownText } from './own-text.ts'
import type { Work } from './work-scope.ts'

/** So many landings at least are remembered by key; beyond twice as many, a read that took very long is repeated once too often. */
const MAX_REMEMBERED = 1_000

/** What a finished load says about itself. */
export interface Landing<T> {
  readonly value: T
  /** The value as the schema of the one who began makes it. */
  readonly fitted: unknown
  /** Who held it, and how old it is, when another load had stored it meanwhile. */
  readonly tier: string | undefined
  readonly ageMs: number
  /** Nothing was invalidated between the load's begin and its end. */
  readonly fenced: boolean
  /** Milliseconds of freshness the stored value has; 0 when it was not stored. */
  readonly ttlLeftMs: number
  /** How long the loader ran; undefined when none had to: another load had stored the value meanwhile. */
  readonly loadMs: number | undefined
}

export interface Flight<T> extends Work {
  readonly landing: Promise<Landing<T>>
  /** Resolves when the key's slot is free again: the load has landed, or has been given up. */
  readonly over: Promise<undefined>
  /** Fired when nobody is left who waits, or at a hard timeout. */
  readonly abort: LoadAbort
  /** Place of the load's begin in the order of questions; undefined until the loader has been called. */
  begunAt: number | undefined
  /** Place of the fence's test in that order; undefined until the load has come to it. */
  testedAt: number | undefined
  waiterCount: number
  /** How many of those who wait have no older value to leave with. */
  needyCount: number
  /** Past the hard timeout of the one who began it: it goes on for the needy, and until one of them who joined it overruns, too. */
  isOverdue: boolean
  /** The load goes on though nobody waits: it refreshes a stale value that has been served. */
  keepsOn: boolean
  /** What the value is derived from, as the one who began says: nobody who says otherwise may take it. */
  readonly fingerprint: string | undefined
  /** Expired since the load began: what it brings under one of them is not to be stored. */
  expiredTags: readonly string[]
  /** What it is stored under, from when they have been compared with those: what expires later takes its lease. */
  storedTags: readonly string[]
  /** Ends the wait of all, though the load may go on. Its slot stays taken. */
  readonly giveUp: (reason: unknown) => void
}

/** What is known of a flight when it begins. */
export type FlightTraits = Pick<Flight<unknown>, 'keepsOn' | 'fingerprint'>

/** What a load tells its flight on its way. */
export interface FlightLog {
  /** Call right before the loader runs. */
  begun(): void
  /** Call right before the write or question that tests the fence. */
  tested(): void
}

/** When the last keys landed. Of older ones it only knows that they landed no later than the last one it has forgotten. */
class RecentLandings {
  /** Two of them, so that the older half is forgotten at once, and no key by itself. */
  #earlier: ReadonlyMap<string, number> = new Map()
  #latest = new Map<string, number>()
  #earlierUpTo = 0
  #forgottenUpTo = 0

  note(key: string, at: number): void {
    this.#latest.set(ownText(key), at)
    if (this.#latest.size < MAX_REMEMBERED) return
    this.#forgottenUpTo = this.#earlierUpTo
    this.#earlierUpTo = at
    this.#earlier = this.#latest
    this.#latest = new Map()
  }

  isSince(key: string, askedAt: number): boolean {
    return (this.#latest.get(key) ?? this.#earlier.get(key) ?? this.#forgottenUpTo) > askedAt
  }
}

/**
 * A key's flight, and how to say that there is none any more. Emptied then: V8's Map leaves what it held in the tables that it has given
 * up, and one of those that has grown old keeps all that come after it until the next collection of the whole heap.
 */
interface Slot {
  flight: Flight<unknown> | undefined
  free: ((ended: undefined) => void) | undefined
}

export class SingleFlight {
  readonly #slots = new Map<string, Slot>()
  readonly #landings = new RecentLandings()
  #questions = 0

  /** Loads going on now. */
  get size(): number {
    return this.#slots.size
  }

  /** Whether a load of the key has ended since the question: a read on its way may have missed what it stored. */
  landedSince(key: string, askedAt: number): boolean {
    return this.#landings.isSince(key, askedAt)
  }

  /** A question's place in the order of all questions and load begins. */
  ask(): number {
    return ++this.#questions
  }

  find(key: string): Flight<unknown> | undefined {
    return this.#slots.get(key)?.flight
  }

  /** Begins a flight for a key that has none. */
  begin<T>(
    key: string,
    { keepsOn, fingerprint }: FlightTraits,
    load: (flight: Flight<T>, log: FlightLog) => Promise<Landing<T>>,
  ): Flight<T> {
    const log: FlightLog = {
      begun: () => {
        flight.begunAt = this.ask()
      },
      tested: () => {
        flight.testedAt = this.ask()
      },
    }
    const over = Promise.withResolvers<undefined>()
    const landed = Promise.withResolvers<Landing<T>>()
    const flight: Flight<T> = {
      key,
      isOver: false,
      over: over.promise,
      landing: landed.promise,
      giveUp: landed.reject,
      abort: new LoadAbort(),
      begunAt: undefined,
      testedAt: undefined,
      waiterCount: 0,
      needyCount: 0,
      isOverdue: false,
      keepsOn,
      fingerprint,
      expiredTags: [],
      storedTags: [],
      waits: new Set(),
    }
    const end = () => {
      flight.isOver = true
      this.#landings.note(key, this.ask())
      this.forget(flight)
    }
    // Not at once: the slot must be taken before the loader can run, whatever the backend answers at once.
    queueMicrotask(() => {
      load(flight, log).then(
        (landing) => {
          end()
          landed.resolve(landing)
        },
        (thrown: unknown) => {
          end()
          landed.reject(thrown)
        },
      )
    })
    // A flight nobody waits for must not end the process; whoever waits sees the failure all the same.
    flight.landing.catch(ignoreHere)
    this.#slots.set(key, { flight, free: over.resolve })
    return flight
  }

  /** Frees the key's slot, if it is this flight's: it may belong to a later one. */
  forget(flight: Flight<unknown>): void {
    const slot = this.#slots.get(flight.key)
    if (slot?.flight !== flight) return
    this.#slots.delete(flight.key)
    slot.free?.(undefined)
    slot.flight = undefined
    slot.free = undefined
  }

  /**
   * What loads of now bring is older than an expiry of what begins with the prefix, or has the tag. Which tags a load will name,
   * only its end tells: it is told the tag. @returns the keys of those that it covers by key, or by tags that they have named
   */
  outdate({ prefix, tag }: { readonly prefix: string; readonly tag: string | undefined }): string[] {
    const covered = this.#all().filter(({ key }) => key.startsWith(prefix))
    if (tag === undefined) return covered.map(({ key }) => key)
    for (const flight of covered) flight.expiredTags = [...new Set(flight.expiredTags).add(tag)]
    return covered.filter(({ storedTags }) => storedTags.includes(tag)).map(({ key }) => key)
  }

  /** Fires the signal of every load going on; nobody waits for them any more. */
  abortAll(reason: unknown): void {
    for (const flight of this.#all()) {
      flight.abort.abort(reason)
      flight.giveUp(reason)
      this.forget(flight)
    }
  }

  /** Resolves when every flight of now has landed, well or not, or has been given up. */
  async drain(): Promise<void> {
    await Promise.all(this.#all().map((flight) => flight.over))
  }

  #all(): Flight<unknown>[] {
    return Array.from(this.#slots.values()).flatMap(({ flight }) => flight ?? [])
  }
}

/** Failures are counted and emitted where the loader is called (load-flight.ts). */
function ignoreHere(): void {}

/** One caller's question: its place in the order, and what it wants the value to be derived from. */
export interface Question {
  readonly askedAt: number
  readonly fingerprint: string | undefined
  /** Only what a loader has made will do. */
  readonly fresh: boolean
}

/** Whether the caller may take what this flight brought. */
export function mayTake(
  flight: Flight<unknown>,
  landing: Landing<unknown>,
  { askedAt, fingerprint, fresh }: Question,
): boolean {
  const { begunAt, testedAt } = flight
  if (fingerprint !== undefined && fingerprint !== flight.fingerprint) return false
  if (fresh && landing.loadMs === undefined) return false
  if (begunAt !== undefined && begunAt > askedAt) return true
  return landing.fenced && testedAt !== undefined && askedAt < testedAt
}
