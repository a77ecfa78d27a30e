/** The backends that a bench compares, each as a cache in a place of its own that goes with the bench. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openStore, type TierPlan } from '@stowage/config'
import { type Cache, ConfigError, createCache, messageOf } from '@stowage/core'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { answering } from '../visit.ts'

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

/** @throws Failure for a folder or a server that cannot be used: they were asked for by name */
export async function openContest(folder: string, redisUrl: string | undefined): Promise<Contest> {
  const place = placeIn(folder)
  const contenders: Contender[] = []
  const absent: string[] = []
  const end = async () => {
    const outcomes = await Promise.allSettled(contenders.map(cleared))
    rmSync(place, { recursive: true, force: true })
    const failure = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failure !== undefined) throw failure.reason
  }
  try {
    for (const plan of plansIn(place, redisUrl)) {
      try {
        contenders.push(await contender(plan))
      } catch (thrown) {
        if (!(thrown instanceof ConfigError) || plan.backend === 'redis') throw thrown
        absent.push(thrown.message.replace('bench:', `${plan.backend}:`))
      }
    }
  } catch (thrown) {
    await end()
    throw thrown
  }
  return { contenders, absent, end }
}

function placeIn(folder: string): string {
  try {
    return mkdtempSync(join(folder, 'stowage-bench-'))
  } catch (cause) {
    throw new Failure(EXIT_CODES.usage, `--folder: '${folder}' cannot be used: ${messageOf(cause)}`, { cause })
  }
}

async function contender(plan: TierPlan): Promise<Contender> {
  const backend = await openStore(plan)
  try {
    if (plan.backend === 'redis') await answering(plan.options.url, backend)
    return { name: plan.backend, cache: createCache({ backend, ttl: '1h', onFault: 'throw' }) }
  } catch (thrown) {
    await backend.close()
    throw thrown
  }
}

/** Closed also where the rest fails: a server that is gone would be tried for ever. */
async function cleared({ cache }: Contender): Promise<void> {
  try {
    await cache.invalidate({ all: true })
    await cache.sweep()
  } finally {
    await cache.close()
  }
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
