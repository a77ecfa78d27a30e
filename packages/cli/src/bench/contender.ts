/** The backends that a bench compares, each as a cache in a place of its own that goes with the bench. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openStore, type TierPlan } from '@stowage/config'
import { type Cache, ConfigError, createCache } from '@stowage/core'

export interface Contender {
  readonly name: TierPlan['backend']
  readonly cache: Cache
}

export interface Contest {
  readonly contenders: readonly Contender[]
  /** Who cannot take part, and why. */
  readonly absent: readonly string[]
  /** Takes away what was stored. */
  end(): Promise<void>
}

/** Far above what is stored, so that nothing is evicted. */
const ROOM = '2GB'

export async function openContest(folder: string, redisUrl: string | undefined): Promise<Contest> {
  const place = mkdtempSync(join(folder, 'stowage-bench-'))
  const contenders: Contender[] = []
  const absent: string[] = []
  const end = async () => {
    for (const { cache } of contenders) {
      await cache.invalidate({ all: true })
      await cache.sweep()
      await cache.close()
    }
    rmSync(place, { recursive: true, force: true })
  }
  for (const plan of plansIn(place, redisUrl)) {
    try {
      const cache = createCache({ backend: await openStore(plan), ttl: '1h', onFault: 'throw' })
      contenders.push({ name: plan.backend, cache })
    } catch (thrown) {
      if (!(thrown instanceof ConfigError)) throw thrown
      absent.push(thrown.message.replace('bench:', `${plan.backend}:`))
    }
  }
  return { contenders, absent, end }
}

function plansIn(place: string, redisUrl: string | undefined): readonly TierPlan[] {
  const bench = { at: 'bench', maxTtlMs: undefined } as const
  const prefix = `stowage-bench-${randomUUID()}:`
  return [
    { ...bench, backend: 'memory', options: { maxBytes: ROOM } },
    { ...bench, backend: 'sqlite', options: { path: join(place, 'cache.db'), maxBytes: ROOM } },
    { ...bench, backend: 'fs', options: { directory: join(place, 'files'), maxBytes: ROOM } },
    ...(redisUrl === undefined ? [] : [{ ...bench, backend: 'redis', options: { url: redisUrl, prefix } } as const]),
  ]
}
