/**
 * A warm start: what the far tier was asked for last is read once, so that it is near before anybody asks. Reads are those of
 * the cache itself: what is copied is what a caller's read would have copied, with the same instants, fences and checks.
 */
import {
  BackendError,
  type ByteSize,
  byteCount,
  type Cache,
  type Clock,
  ConfigError,
  type Duration,
  durationMs,
  type Key,
  positiveCount,
  requireClock,
  requireFunction,
  requireKnownOptions,
  systemClock,
  yieldToLoop,
} from '@stowage/core'

export interface WarmNearOptions {
  /** Most entries to read. Default 10,000. */
  readonly maxEntries?: number
  /** Most bytes to read, as the far tier measures entries. Default 64 MB. */
  readonly maxBytes?: ByteSize
  /** Longest time to take. Default 10 s. */
  readonly maxTime?: Duration
  /** Ends it early. */
  readonly signal?: AbortSignal
  /** Told after each hundred entries; must not throw. */
  readonly onProgress?: (progress: WarmNearProgress) => void
  /** Default: the machine's. */
  readonly clock?: Clock
}

export interface WarmNearProgress {
  readonly entryCount: number
  /** How many there will be, if neither time nor signal ends it. */
  readonly totalCount: number
  readonly sizeBytes: number
  readonly elapsedMs: number
  /** At the pace so far. */
  readonly estimatedLeftMs: number
}

export interface WarmNearReport {
  /** `completed`: all that the limits allow. `failed`: the far tier could not be listed. */
  readonly outcome: 'completed' | 'cancelled' | 'timed-out' | 'failed'
  /** Entries that were there and have been read. */
  readonly entryCount: number
  readonly sizeBytes: number
  readonly elapsedMs: number
  /** Undefined unless the outcome is `failed`. */
  readonly error: BackendError | undefined
}

interface Wanted {
  readonly key: Key
  readonly sizeBytes: number
}

interface WarmPlan {
  readonly maxEntries: number
  readonly maxBytes: number
  readonly maxTimeMs: number
}

/** Between two looks at signal and time, and in one trip where the far tier answers many at once. */
const BATCH_COUNT = 100
const DEFAULTS: WarmPlan = { maxEntries: 10_000, maxBytes: 64 * 1024 * 1024, maxTimeMs: 10_000 }

/**
 * Fills the near tiers of the hybrid that `cache` stands on with what the far tier was asked for last: what is directly in this
 * namespace, fresh or stale. The reads count as lookups. Not needed before the first request: let it run beside them.
 * Never fails for the backend's sake: the report says what became of it.
 * @throws ConfigError naming the option, the value and what is allowed
 */
export async function warmNear(cache: Cache, options: WarmNearOptions = {}): Promise<WarmNearReport> {
  const plan = planWarming(cache, options)
  const { signal, onProgress, clock = systemClock } = options
  const startedAtMs = clock.nowMs()
  const done = { entryCount: 0, sizeBytes: 0 }
  const elapsedMs = () => Math.max(0, clock.nowMs() - startedAtMs)
  const end = () => (signal?.aborted === true ? 'cancelled' : elapsedMs() >= plan.maxTimeMs ? 'timed-out' : undefined)
  const report = (outcome: WarmNearReport['outcome'], error?: BackendError): WarmNearReport => {
    return { outcome, ...done, elapsedMs: elapsedMs(), error }
  }
  try {
    const wanted = await recentEntries(cache, plan, () => end() === undefined)
    for (let from = 0; from < wanted.length; from += BATCH_COUNT) {
      const ended = end()
      if (ended !== undefined) return report(ended)
      const batch = wanted.slice(from, from + BATCH_COUNT)
      const found = await cache.getMany(batch.map(({ key }) => key))
      for (const { key, sizeBytes } of batch) {
        if (!found.has(key)) continue
        done.entryCount++
        done.sizeBytes += sizeBytes
      }
      const readCount = from + batch.length
      const estimatedLeftMs = Math.round((elapsedMs() / readCount) * (wanted.length - readCount))
      onProgress?.({ ...done, totalCount: wanted.length, elapsedMs: elapsedMs(), estimatedLeftMs })
      await yieldToLoop()
    }
    return report(end() ?? 'completed')
  } catch (error) {
    if (error instanceof BackendError) return report('failed', error)
    throw error
  }
}

/** @param goesOn asked at each entry: listing takes time, too. */
async function recentEntries(cache: Cache, plan: WarmPlan, goesOn: () => boolean): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = []
  let sizeBytes = 0
  for await (const entry of cache.entries({ order: 'recent', limit: plan.maxEntries })) {
    sizeBytes += entry.sizeBytes
    if (sizeBytes > plan.maxBytes || !goesOn()) break
    wanted.push({ key: entry.key, sizeBytes: entry.sizeBytes })
  }
  return wanted
}

function planWarming(cache: Cache, options: WarmNearOptions): WarmPlan {
  requireKnownOptions('warmNear', options, ['maxEntries', 'maxBytes', 'maxTime', 'signal', 'onProgress', 'clock'])
  if (typeof cache?.entries !== 'function') {
    throw new ConfigError('warmNear: not a cache as given; allowed: what createCache() returns')
  }
  const { maxEntries, maxBytes, maxTime, signal, onProgress, clock } = options
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ConfigError('signal: not a signal as given; allowed: an AbortSignal')
  }
  if (onProgress !== undefined) requireFunction('onProgress', onProgress)
  if (clock !== undefined) requireClock(clock)
  return {
    maxEntries: maxEntries === undefined ? DEFAULTS.maxEntries : positiveCount('maxEntries', maxEntries),
    maxBytes: maxBytes === undefined ? DEFAULTS.maxBytes : byteCount('maxBytes', maxBytes),
    maxTimeMs: maxTime === undefined ? DEFAULTS.maxTimeMs : durationMs('maxTime', maxTime),
  }
}
