/** The cache that faults are done to: memory in front of a far store, small, with every net the platform offers. */
import { basename, join } from 'node:path'
import { type Bus, type Cache, type Clock, createCache, systemClock } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { hybridBackend, type TierEvent, watchBus } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { redisBackend, redisBus } from '@stowage/redis'
import { sqliteBackend } from '@stowage/sqlite'

export const STORES = ['sqlite', 'fs', 'redis'] as const
export type StoreName = (typeof STORES)[number]

export interface ProvingPlace {
  readonly store: StoreName
  readonly folder: string
  readonly redisUrl: string | undefined
}

/** Small, so that it can be filled in a moment. */
export const MAX_BYTES = 8_000_000
/** What sqlite and fs may be over for a moment. */
export const SLACK_BYTES = 1_000_000

/** @param onTier told when the store begins to fail, and when it is well again; what the page does not count needs nobody. */
export function openProvingCache(
  place: ProvingPlace,
  clock: Clock = systemClock,
  onTier: (event: TierEvent) => void = () => undefined,
): Cache {
  const { backend, bus } = farStore(place)
  return createCache({
    // Without copies a caller that changes what it was given would change it for all.
    backend: hybridBackend({
      tiers: [memoryBackend({ maxBytes: MAX_BYTES / 4, isolation: 'copy' }), backend],
      onTier,
      ...(bus !== undefined && { bus }),
    }),
    clock,
    name: 'proving',
    ttl: '2m',
    staleWhileRevalidate: '1m',
    staleIfError: '1h',
    softTimeout: '150ms',
  })
}

function farStore({ store, folder, redisUrl }: ProvingPlace) {
  const limit = { maxBytes: MAX_BYTES }
  if (store === 'fs') return { backend: fsBackend({ directory: join(folder, 'files'), ...limit }), bus: undefined }
  if (store === 'sqlite') {
    const backend = sqliteBackend({ path: databaseIn(folder), ...limit })
    return { backend, bus: watchBus(backend) satisfies Bus }
  }
  if (redisUrl === undefined) throw new Error('there is no Redis')
  // A name of its own: what an earlier ground has left must not be found.
  const options = { url: redisUrl, prefix: `proving:${basename(folder)}:` }
  return { backend: redisBackend(options), bus: redisBus(options) satisfies Bus }
}

export function databaseIn(folder: string): string {
  return join(folder, 'cache.sqlite')
}

/** A clock that can be set, as a machine's can. Timers run by the true one. */
export interface SkewedClock extends Clock {
  skewMs: number
}

export function skewedClock(): SkewedClock {
  return {
    skewMs: 0,
    nowMs() {
      return systemClock.nowMs() + this.skewMs
    },
    schedule: (delayMs, run, isAwaited) => systemClock.schedule(delayMs, run, isAwaited),
  }
}
