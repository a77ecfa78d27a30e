/**
 * Callers that ask for one key in the same moment share one trip: one read, one load, one answer.
 *
 * A stampede comes in a burst. All of it asks before the first read has been answered, so that there is no load to join
 * yet, and each caller would read for itself. The moment ends with the microtask that is queued when it begins. Whatever
 * a later caller of the moment had waited for (a write, a deletion) had been answered before that, so that the read it
 * shares is as young as one of its own.
 */
import type { StoredEntry } from './backend.ts'
import type { LoadPlan } from './plan.ts'
import type { Served } from './served.ts'
import type { MissReason } from './vocabulary.ts'

export interface SharedTrip {
  readonly plan: LoadPlan
  /** Why nothing was found; undefined while that is not known, and when something was. */
  missed: MissReason | undefined
  /** What was found, fresh enough or to fall back on; others of the moment decode it for themselves. */
  entry: StoredEntry | undefined
  /** What a load brought, as the others have it. */
  joined: Served<unknown> | undefined
  answer: Promise<Served<unknown>>
}

/** Stands for an answer until the trip has been begun, in the same turn. */
export const PENDING: Promise<never> = new Promise(() => undefined)

export class SameMoment {
  #trips: Map<string, SharedTrip> | undefined

  find(key: string): SharedTrip | undefined {
    return this.#trips?.get(key)
  }

  note(key: string, trip: SharedTrip): void {
    if (this.#trips === undefined) {
      this.#trips = new Map()
      queueMicrotask(this.#end)
    }
    this.#trips.set(key, trip)
  }

  /** Not cleared: what a Map has given up may live as long as the Map (single-flight.ts). */
  readonly #end = (): void => {
    this.#trips = undefined
  }
}

/** Whether a caller waits as others do: none with a signal of its own, and none who must have a load of its own. */
export function isShareable({ signal, fresh }: LoadPlan): boolean {
  return signal === undefined && !fresh
}

/** Whether two shareable callers take the same values, and wait as long: those who asked at once also leave at once. */
export function asksTheSame(one: LoadPlan, other: LoadPlan): boolean {
  if (one === other) return true
  return (
    one.fingerprint === other.fingerprint &&
    one.schema === other.schema &&
    one.softTimeoutMs === other.softTimeoutMs &&
    one.hardTimeoutMs === other.hardTimeoutMs
  )
}
