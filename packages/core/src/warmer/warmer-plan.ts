/** A warmer's options, as users write them, and checked and completed. */
import { type Clock, systemClock } from '../clock.ts'
import { ConfigError, describe } from '../errors.ts'
import { oneOf, positiveCount, requireClock, requireKnownOptions, share } from '../limits.ts'
import { type Duration, durationMs } from '../ttl.ts'
import { type DailyTime, dailyTime } from './daily-time.ts'
import type { WarmTaskSource } from './warm-task.ts'

/** When a started warmer runs by itself. */
export type WarmSchedule =
  | {
      /** From the beginning of one run to the beginning of the next; the first begins one interval after `start`. */
      readonly every: Duration
      /** Each interval is shortened by a random share up to this one, 0 to 1. Default 0. */
      readonly jitter?: number
    }
  | {
      /**
       * A local time, `'HH:MM'`. It comes exactly once a day, on the days on which clocks are set too: a time that is
       * skipped counts as if they had not been set yet, and of one that comes twice the first is taken.
       */
      readonly dailyAt: string
      /** IANA name, e.g. `'Europe/Berlin'`. Default: the process's own zone. */
      readonly timeZone?: string
      /** Each run begins later by a random part of this, at most `'12h'`. Default: on time. */
      readonly jitter?: Duration
    }

export interface WarmerOptions {
  /** What to warm: a list, an async one, or a function that each run asks for one. */
  readonly tasks: WarmTaskSource
  /** Tasks that load at a time, over all runs and prefetches of this warmer. Default 4. */
  readonly concurrency?: number
  /** A run or prefetch that takes longer ends with the outcome `timed-out`; at most `'24d'`. Default: none. */
  readonly timeLimit?: Duration
  /** `missing`: fresh values are left as they are, stale ones are loaded anew. `all`: all are. Default `'missing'`. */
  readonly refresh?: 'missing' | 'all'
  /** When runs begin by themselves once `start` has been called. Default: never. */
  readonly schedule?: WarmSchedule
  readonly clock?: Clock
}

export interface IntervalPlan {
  readonly kind: 'every'
  readonly everyMs: number
  readonly jitterShare: number
}

export interface DailyPlan {
  readonly kind: 'daily'
  readonly time: DailyTime
  readonly jitterMs: number
}

/** As {@link WarmSchedule}, checked. */
export type SchedulePlan = IntervalPlan | DailyPlan

export interface WarmerPlan {
  readonly tasks: WarmTaskSource
  readonly concurrency: number
  readonly timeLimitMs: number | undefined
  readonly refresh: 'missing' | 'all'
  readonly schedule: SchedulePlan | undefined
  readonly clock: Clock
}

const OPTIONS = [
  'tasks',
  'concurrency',
  'timeLimit',
  'refresh',
  'schedule',
  'clock',
] as const satisfies readonly (keyof WarmerOptions)[]

/** Few enough to leave a source its other clients. */
const DEFAULT_CONCURRENCY = 4
/** As numbers: texts would be parsed in every process that imports core. */
const HOUR_MS = 3_600_000
/** 24 days: about as long as a timer of Node's may be. */
const LONGEST_TIME_LIMIT_MS = 24 * 24 * HOUR_MS
/** Half of a day: a run cannot slip to where the next one belongs. */
const LONGEST_DAILY_JITTER_MS = 12 * HOUR_MS

/** @throws ConfigError naming the option, its value and what is allowed. */
export function planWarmer(options: WarmerOptions): WarmerPlan {
  requireKnownOptions('createWarmer', options, OPTIONS)
  const { tasks, concurrency = DEFAULT_CONCURRENCY, timeLimit, schedule, clock = systemClock } = options
  if (typeof tasks !== 'function' && (typeof tasks !== 'object' || tasks === null)) {
    throw new ConfigError(
      `tasks: ${describe(tasks)} is not a list; allowed: a list of { key, loader }, an async one, or a function that gives one`,
    )
  }
  requireClock(clock)
  return {
    tasks,
    concurrency: positiveCount('concurrency', concurrency),
    timeLimitMs: timeLimit === undefined ? undefined : boundedMs('timeLimit', timeLimit, LONGEST_TIME_LIMIT_MS),
    refresh: oneOf('refresh', options.refresh ?? 'missing', ['missing', 'all']),
    schedule: schedule === undefined ? undefined : planSchedule(schedule),
    clock,
  }
}

function planSchedule(schedule: WarmSchedule): SchedulePlan {
  if (typeof schedule === 'object' && schedule !== null && 'dailyAt' in schedule) {
    requireKnownOptions('schedule', schedule, ['dailyAt', 'timeZone', 'jitter'])
    const { dailyAt, timeZone, jitter } = schedule
    const jitterMs = jitter === undefined ? 0 : boundedMs('schedule.jitter', jitter, LONGEST_DAILY_JITTER_MS)
    return { kind: 'daily', time: dailyTime(dailyAt, timeZone), jitterMs }
  }
  requireKnownOptions('schedule', schedule, ['every', 'jitter'])
  const everyMs = durationMs('schedule.every', schedule.every)
  return { kind: 'every', everyMs, jitterShare: share('schedule.jitter', schedule.jitter ?? 0) }
}

function boundedMs(option: string, duration: Duration, longestMs: number): number {
  const lengthMs = durationMs(option, duration)
  if (lengthMs <= longestMs) return lengthMs
  throw new ConfigError(`${option}: ${describe(duration)} is too long; allowed: up to ${longestMs} ms`)
}
