/** A cache under load on a server that is about to have trouble, and what must hold whatever the trouble is. */
import { type Cache, createCache } from '@stowage/core'
import { expect, onTestFinished, vi } from 'vitest'
import { type RedisOptions, redisBackend } from '../../src/index.ts'
import { timed } from '../timed-backend.ts'
import { KEY_COUNT, Load } from './load.ts'

const TIMEOUT_MS = 300
/** More than were on their way when the trouble came; few enough for a line of 200 ms on a busy machine. */
const HITS_OF_RECOVERY = 30
/** Recovery is promised within this. */
const RECOVERY_MS = 5_000

export interface Trial {
  readonly cache: Cache
  readonly load: Load
  /** Waits until so many more reads have been answered, with or without the server. */
  reads(count: number): Promise<void>
  /** Waits until the server answers reads again. */
  recovers(): Promise<void>
  /** Waits until the server answers for every key again. */
  recoversEverywhere(): Promise<void>
  /** Ends the load. Nothing wrong was served, nobody was thrown anything, every call ended in time. */
  ends(): Promise<void>
}

export function beginTrial(options: RedisOptions): Trial {
  const { backend, expectInTime } = timed(redisBackend({ ...options, timeout: TIMEOUT_MS }))
  // Core's own limit would hide whether ours holds.
  const cache = createCache({ backend, ttl: '1h', backendTimeout: '10s' })
  const load = new Load(cache)
  const ends = async (): Promise<void> => {
    await load.stop()
    await cache.close()
  }
  onTestFinished(ends)
  return {
    cache,
    load,
    async reads(count) {
      const wanted = load.readCount + count
      await vi.waitFor(() => expect(load.readCount).toBeGreaterThan(wanted), { timeout: 20_000 })
    },
    async recovers() {
      const wanted = load.hitCount + HITS_OF_RECOVERY
      await vi.waitFor(() => expect(load.hitCount).toBeGreaterThan(wanted), { timeout: RECOVERY_MS })
    },
    async recoversEverywhere() {
      const keys = load.hitKeys
      keys.clear()
      await vi.waitFor(() => expect(keys.size).toBe(KEY_COUNT), { timeout: RECOVERY_MS })
    },
    async ends() {
      await ends()
      expect(load.wrong).toEqual([])
      expect(load.thrown).toEqual([])
      expectInTime(TIMEOUT_MS)
    },
  }
}

/** Goes on with the load for so long. */
export async function lasting(durationMs: number): Promise<void> {
  const endMs = performance.now() + durationMs
  await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(endMs), { timeout: 2 * durationMs })
}
