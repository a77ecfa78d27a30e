/** The warmer: fills a cache ahead of need, when it is told to or by a schedule, and says how far it is. */
import { ConfigError, describe, UsageError } from '../errors.ts'
import type { Cache } from '../face.ts'
import { type Key, keyText } from '../key.ts'
import { requireKnownOptions } from '../limits.ts'
import type { Listener } from '../listeners.ts'
import { Schedule } from './schedule.ts'
import { Slots } from './slots.ts'
import { type WarmRoom, WarmRun } from './warm-run.ts'
import { WarmTally } from './warm-tally.ts'
import {
  type WarmerEvents,
  type WarmProgress,
  type WarmReport,
  type WarmTrigger,
  warmerListeners,
} from './warmer-events.ts'
import { planWarmer, type WarmerOptions } from './warmer-plan.ts'

export interface WarmCall {
  /** Ends this caller's wait; the run too, when nobody else waits for it. */
  readonly signal?: AbortSignal
}

export interface WarmerStatus {
  /** The run going on now, prefetches aside. */
  readonly running: WarmProgress | undefined
  /** How the last run ended, prefetches aside. */
  readonly last: WarmReport | undefined
  /** When the schedule begins the next run, in Unix milliseconds; undefined while it is stopped. */
  readonly nextAtMs: number | undefined
}

export interface Warmer {
  /**
   * Warms all tasks now, or joins the run going on: two runs never overlap. Resolves to the report however the run ends,
   * also when a task or the list of tasks fails. @throws ConfigError for a bad option only
   */
  run(call?: WarmCall): Promise<WarmReport>
  /**
   * Warms the tasks with these keys now, beside a run and before its next tasks. A key that no task has is a failure in
   * the report. @throws UsageError for what is no key
   */
  prefetch(keys: readonly Key[], call?: WarmCall): Promise<WarmReport>
  /**
   * Begins the schedule; its first run comes when it is due, not now. Harmless when it has begun. A run that is due while
   * one goes on joins it. @throws UsageError without a schedule and after `close`
   */
  start(): void
  /** Ends the schedule. A run going on goes on. */
  stop(): void
  /** Ends the run and all prefetches going on, for all who wait. */
  cancel(): void
  /** What a page shows before the first event reaches it. */
  status(): WarmerStatus
  /** @returns how to stop listening. */
  on<Name extends keyof WarmerEvents>(name: Name, listener: Listener<WarmerEvents[Name]>): () => void
  /** Ends the schedule and what goes on, and refuses to begin again: a later run has the outcome `closed`. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A warmer of `cache`. It does nothing until `run`, `prefetch` or `start` is called, keeps no process alive, and is
 * closed before its cache.
 * @throws ConfigError naming the option, its value and what is allowed.
 */
export function createWarmer(cache: Cache, options: WarmerOptions): Warmer {
  if (typeof cache?.lookupOrSet !== 'function') {
    throw new ConfigError(`createWarmer: ${describe(cache)} is not a cache; allowed: what createCache() returns`)
  }
  return new CacheWarmer(cache, options)
}

class CacheWarmer implements Warmer {
  readonly #room: WarmRoom
  readonly #schedule: Schedule | undefined
  readonly #prefetches = new Set<WarmRun>()
  #run: WarmRun | undefined
  #last: WarmReport | undefined
  #isClosed = false

  constructor(cache: Cache, options: WarmerOptions) {
    const plan = planWarmer(options)
    this.#room = { cache, plan, slots: new Slots(plan.concurrency), hub: warmerListeners() }
    this.#schedule = plan.schedule && new Schedule(plan.schedule, plan.clock, () => this.#runBySchedule())
    this.#room.hub.on('end', (report) => {
      if (report.trigger !== 'prefetch') this.#last = report
    })
  }

  async run(call: WarmCall = {}): Promise<WarmReport> {
    return this.#runOrJoin('run', signalOf('run', call))
  }

  async prefetch(keys: readonly Key[], call: WarmCall = {}): Promise<WarmReport> {
    requireKeys(keys)
    for (const key of keys) keyText(key)
    const signal = signalOf('prefetch', call)
    if (this.#isClosed || signal?.aborted === true) return this.#neverBegun('prefetch')
    const run = new WarmRun(this.#room, { trigger: 'prefetch', keys })
    this.#prefetches.add(run)
    const report = run.join(signal)
    run.begin()
    try {
      return await report
    } finally {
      this.#prefetches.delete(run)
    }
  }

  start(): void {
    if (this.#isClosed) throw new UsageError('start: the warmer is closed')
    if (this.#schedule === undefined) {
      throw new UsageError("start: the warmer has no schedule; give it one, e.g. schedule: { every: '5m' }")
    }
    this.#schedule.start()
  }

  stop(): void {
    this.#schedule?.stop()
  }

  cancel(): void {
    this.#endAll('cancelled', new DOMException('warmer: cancelled', 'AbortError'))
  }

  status(): WarmerStatus {
    const running = this.#run?.isOver === false ? this.#run.progress() : undefined
    return { running, last: this.#last, nextAtMs: this.#schedule?.nextAtMs }
  }

  on<Name extends keyof WarmerEvents>(name: Name, listener: Listener<WarmerEvents[Name]>): () => void {
    return this.#room.hub.on(name, listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.stop()
    this.#endAll('closed', new UsageError('warmer: closed'))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #runBySchedule(): void {
    if (this.#room.cache.closed) this.stop()
    else void this.#runOrJoin('schedule', undefined)
  }

  async #runOrJoin(trigger: 'run' | 'schedule', signal: AbortSignal | undefined): Promise<WarmReport> {
    if (this.#isClosed || signal?.aborted === true) return this.#neverBegun(trigger)
    if (this.#run?.isOver === false) return this.#run.join(signal)
    this.#run = new WarmRun(this.#room, { trigger, keys: undefined })
    const report = this.#run.join(signal)
    this.#run.begin()
    return report
  }

  #neverBegun(trigger: WarmTrigger): WarmReport {
    return new WarmTally(trigger, this.#room.plan).report(this.#isClosed ? 'closed' : 'cancelled', 0, undefined)
  }

  #endAll(outcome: 'cancelled' | 'closed', reason: Error): void {
    for (const run of [this.#run, ...this.#prefetches]) run?.stop(outcome, reason)
  }
}

/** @throws UsageError */
function requireKeys(keys: readonly Key[]): void {
  if (Array.isArray(keys)) return
  throw new UsageError(`prefetch: ${describe(keys)} is not allowed; allowed: an array of keys`)
}

/** @throws ConfigError */
function signalOf(method: string, call: WarmCall): AbortSignal | undefined {
  requireKnownOptions(method, call, ['signal'])
  const { signal } = call
  if (signal === undefined || signal instanceof AbortSignal) return signal
  throw new ConfigError(`${method}: signal: ${describe(signal)} is not a signal; allowed: an AbortSignal`)
}
