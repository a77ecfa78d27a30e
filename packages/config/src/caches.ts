/** Several kinds of cache as one thing: typed by kind, opened together, closed together. */
import { type Cache, type CacheStats, systemClock } from '@stowage/core'
import { kindNames, wholeRecord } from './kind-names.ts'
import { planKind } from './kind-plan.ts'
import { openCache } from './open-cache.ts'
import type { CachesSettings, Mode } from './settings.ts'
import { requireShared } from './shared-settings.ts'
import { sweepRegularly } from './sweep-timer.ts'

/** A cache for each kind, under its name. */
export type Caches<Kind extends string> = Readonly<Record<Kind, Cache>> & {
  readonly mode: Mode
  /** The counters of all kinds. */
  stats(): Readonly<Record<Kind, CacheStats>>
  /** Closes all of them. @throws AggregateError when some could not write down what was pending; all are closed. */
  close(): Promise<void>
}

/**
 * Opens a cache for each kind. All settings are checked before anything is opened; where one cannot be opened, those that
 * were are closed again.
 *
 * @throws ConfigError naming the path of the setting, its value and what is allowed; or what to install
 */
export async function createCaches<const Kind extends string>(settings: CachesSettings<Kind>): Promise<Caches<Kind>> {
  requireShared('createCaches', settings)
  const kinds = kindNames(settings.kinds)
  const plans = kinds.map((kind) => ({ kind, plan: planKind(kind, settings.kinds[kind], settings) }))
  const opening: Partial<Record<Kind, Cache>> = {}
  const open: Cache[] = []
  const stops: (() => void)[] = []
  try {
    for (const { kind, plan } of plans) {
      const cache = await openCache(plan)
      opening[kind] = cache
      open.push(cache)
      stops.push(sweepRegularly(cache, plan.sweepMs, settings.clock ?? systemClock))
    }
  } catch (thrown) {
    // Whatever closing says: it is told already why they are not needed.
    await Promise.allSettled([closeAll(open, stops)])
    throw thrown
  }
  const caches = wholeRecord(opening, kinds)
  return Object.assign({}, caches, {
    mode: settings.mode ?? 'full',
    stats: () => statsOf(caches, kinds),
    close: () => closeAll(open, stops),
  })
}

function statsOf<Kind extends string>(
  caches: Readonly<Record<Kind, Cache>>,
  kinds: readonly Kind[],
): Readonly<Record<Kind, CacheStats>> {
  const stats: Partial<Record<Kind, CacheStats>> = {}
  for (const kind of kinds) stats[kind] = caches[kind].stats()
  return wholeRecord(stats, kinds)
}

async function closeAll(caches: readonly Cache[], stops: readonly (() => void)[]): Promise<void> {
  for (const stop of stops) stop()
  const outcomes = await Promise.allSettled(caches.map((cache) => cache.close()))
  const failures = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []))
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${caches.length} caches closed with a failure`)
}
