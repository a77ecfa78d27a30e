/** What a warmer tells: how far a run is, how it ended. A run's texts and numbers only, fit to be sent as they are. */
import type { Key } from '../key.ts'
import { Listeners } from '../listeners.ts'

/** Who asked for a run: a caller, the schedule, or a caller who waits for certain keys. */
export type WarmTrigger = 'run' | 'schedule' | 'prefetch'

/** How far a run is. Plain texts and numbers: `JSON.stringify` loses nothing but what is undefined. */
export interface WarmProgress {
  readonly trigger: WarmTrigger
  /** When it began, in Unix milliseconds. Tells one run from another. */
  readonly startedAtMs: number
  /** Tasks that have ended: `warmed + alreadyThere + unstored + failed`. */
  readonly done: number
  /** Undefined while an async list of tasks has not come to its end. */
  readonly total: number | undefined
  /** Loaded and stored, by this run or by a load that it joined. */
  readonly warmed: number
  /** Fresh values were stored already. */
  readonly alreadyThere: number
  /** Loaded, but nothing was kept: skipped by the loader, undefined, refused, or the cache is off or its backend down. */
  readonly unstored: number
  readonly failed: number
  /** Names of the tasks that load now, those begun first at the front. */
  readonly current: readonly string[]
  readonly elapsedMs: number
  /** Smoothed; undefined until two loads have ended and `total` is known, and when the run ended early. */
  readonly estimatedLeftMs: number | undefined
}

export interface WarmFailure {
  readonly key: Key
  /** The task's name. */
  readonly name: string
  /** What the loader or the cache threw. */
  readonly error: unknown
}

/**
 * - `completed`: every task has ended, failed ones too.
 * - `cancelled`: by a signal or by `cancel`.
 * - `timed-out`: the time limit came first.
 * - `closed`: the warmer or its cache was closed.
 * - `failed`: the list of tasks could not be read; `error` says why.
 */
export type WarmOutcome = 'completed' | 'cancelled' | 'timed-out' | 'closed' | 'failed'

export interface WarmReport {
  readonly outcome: WarmOutcome
  readonly trigger: WarmTrigger
  readonly startedAtMs: number
  /** As far as the list had been read. */
  readonly total: number
  readonly warmed: number
  readonly alreadyThere: number
  readonly unstored: number
  readonly failedCount: number
  /** The first 100 of them. */
  readonly failed: readonly WarmFailure[]
  /** Tasks not carried out, as the run ended early: `total` without all of the above. */
  readonly left: number
  readonly elapsedMs: number
  /** Why the list could not be read; undefined unless the outcome is `failed`. */
  readonly error: unknown
}

export interface WarmerEvents {
  /** At most five times a second and at least once, and at the beginning and end of a run. */
  progress: WarmProgress
  end: WarmReport
  /** A listener threw, or a list of tasks that was left early could not be closed. The run went on. */
  fault: { readonly operation: 'listener' | 'tasks'; readonly error: unknown }
}

/** What hears of faults and throws is not told of itself. */
export function warmerListeners(): Listeners<WarmerEvents> {
  const listeners: Listeners<WarmerEvents> = new Listeners<WarmerEvents>(
    { progress: new Set(), end: new Set(), fault: new Set() },
    (error, name) => {
      if (name !== 'fault') listeners.emit('fault', { operation: 'listener', error })
    },
  )
  return listeners
}
