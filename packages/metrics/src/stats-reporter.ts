/**
 * Events about caches, to a sink, at an interval. Counters are read when an event is due: between two nothing is done, and no
 * call of a cache waits for any of it. A sink that is still at work is not given more; one that fails is warned of once.
 */
import {
  type Cache,
  type CancelTimer,
  type Clock,
  ConfigError,
  type Duration,
  describe,
  durationMs,
  MAX_TIMER_MS,
  messageOf,
  requireClock,
  requireKnownOptions,
  systemClock,
} from '@stowage/core'
import { CacheRoster } from './cache-roster.ts'
import { requireCaches } from './given.ts'
import { type StatsEvent, statsEvent } from './stats-event.ts'

export interface ReportStatsOptions {
  /** Each with a name of its own. A closed cache leaves by itself. */
  readonly caches: readonly Cache[]
  /** From one event of a cache to its next. */
  readonly every: Duration
  /** What events are given to, one for each cache. While its promise is pending it is given no others. */
  readonly sink: (event: StatsEvent) => void | Promise<void>
  /** Default: the system's. */
  readonly clock?: Clock
}

/** @returns how to stop: resolves when a last event of each cache has been taken. @throws ConfigError */
export function reportStats(options: ReportStatsOptions): () => Promise<void> {
  requireKnownOptions('reportStats', options, ['caches', 'every', 'sink', 'clock'])
  const { caches, every, sink, clock = systemClock } = options
  requireCaches(caches)
  requireClock(clock)
  if (typeof sink !== 'function') {
    throw new ConfigError(`sink: ${describe(sink)} is not allowed; allowed: a function that is given each event`)
  }
  const intervalMs = durationMs('every', every)
  if (intervalMs > MAX_TIMER_MS) throw new ConfigError(`every: ${String(every)} is too long; allowed: up to 24d`)
  const reporter = new StatsReporter(caches, { intervalMs, sink, clock })
  return () => reporter.stop()
}

interface ReportPlan {
  readonly intervalMs: number
  readonly sink: ReportStatsOptions['sink']
  readonly clock: Clock
}

class StatsReporter {
  readonly #roster: CacheRoster
  readonly #plan: ReportPlan
  #cancel: CancelTimer
  #lastAtMs: number
  #skipped = 0
  #sending: Promise<void> | undefined
  #hasWarned = false
  #stopping: Promise<void> | undefined

  constructor(caches: readonly Cache[], plan: ReportPlan) {
    this.#plan = plan
    this.#roster = new CacheRoster({ clock: plan.clock, onLeave: () => undefined })
    this.#roster.add(caches)
    this.#lastAtMs = plan.clock.nowMs()
    this.#cancel = this.#scheduled()
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async #end(): Promise<void> {
    this.#cancel()
    await this.#sending
    await this.#send()
  }

  #scheduled(): CancelTimer {
    const { clock, intervalMs } = this.#plan
    return clock.schedule(intervalMs, () => {
      this.#cancel = this.#scheduled()
      if (this.#sending !== undefined) this.#skipped++
      else {
        this.#sending = this.#send().finally(() => {
          this.#sending = undefined
        })
      }
    })
  }

  /** Never rejects: a report is never worth a process. */
  async #send(): Promise<void> {
    const readings = await this.#roster.read()
    const atMs = this.#plan.clock.nowMs()
    const occasion = { atMs, intervalMs: Math.max(0, atMs - this.#lastAtMs), skipped: this.#skipped }
    this.#lastAtMs = atMs
    this.#skipped = 0
    for (const reading of readings) {
      try {
        await this.#plan.sink(statsEvent(reading, occasion))
      } catch (thrown) {
        this.#warn(thrown)
      }
    }
  }

  #warn(thrown: unknown): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    process.emitWarning(`The sink of reportStats failed, and will not be told of again: ${messageOf(thrown)}`, {
      code: 'STOWAGE_STATS_SINK',
    })
  }
}
