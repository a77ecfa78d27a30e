/** A dashboard's answers on memory in front of a sqlite file, as one life of a server leaves them and the next finds them. */
import { join } from 'node:path'
import { type Cache, type Clock, createCache, systemClock } from '@stowage/core'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { sqliteBackend } from '@stowage/sqlite'
import { drawsFrom, keysOf } from './draws.ts'
import { sampleValue } from './values.ts'

/** Of all answers, those that are loaded before they are asked for, and that the near tier has room for. */
const WARM_SHARE = 0.1
const NEAR_SHARE = 0.2
/** A near copy's longest stay: so old is what the far tier knows of the use of what is hot. */
const COPY_MINUTES = 10
/** An hour of the life before. */
const SPAN_COUNT = 6
const WAVE_COUNT = 1_000

export const warmCount = (keyCount: number): number => keyCount * WARM_SHARE
/** What is asked for again and again, in the same order each day. */
export const dashboardDraws = (keyCount: number): readonly string[] => drawsFrom(keysOf(keyCount))

export function dashboardCache(directory: string, keyCount: number, clock: Clock = systemClock): Cache {
  const near = memoryBackend({ maxEntries: keyCount * NEAR_SHARE })
  const far = sqliteBackend({ path: join(directory, 'dashboard.db'), maxBytes: '1GB' })
  const tierOptions = [{ maxTtl: `${COPY_MINUTES}m` }] as const
  const backend = hybridBackend({ tiers: [near, far], tierOptions, clock })
  return createCache({ backend, ttl: '7d', clock })
}

/** All answers are stored, and asked for during an hour. The clock is put forward, so that the hour takes seconds. */
export async function liveOnce(directory: string, keyCount: number): Promise<void> {
  let aheadMs = 0
  const clock: Clock = {
    nowMs: () => systemClock.nowMs() + aheadMs,
    schedule: (delayMs, run) => systemClock.schedule(delayMs, run),
  }
  const cache = dashboardCache(directory, keyCount, clock)
  const keys = keysOf(keyCount)
  for (let from = 0; from < keyCount; from += WAVE_COUNT) {
    await Promise.all(
      keys.slice(from, from + WAVE_COUNT).map((key, at) => cache.set(key, sampleValue(from + at, '2 KB'))),
    )
  }
  const draws = dashboardDraws(keyCount)
  const spanLength = Math.ceil(draws.length / SPAN_COUNT)
  for (let from = 0; from < draws.length; from += spanLength) {
    for (const key of draws.slice(from, from + spanLength)) await cache.get(key)
    aheadMs += COPY_MINUTES * 60_000
  }
  await cache.close()
}
