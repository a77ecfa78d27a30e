/**
 * Which cache is in service, and the switch to another while requests go on. The choice is kept and holds after a restart.
 *
 * A store that was out of service has not heard of the invalidations meanwhile: it is emptied before it serves again.
 */
import { type Cache, StowageError } from '@stowage/core'
import { z } from 'zod'
import {
  BACKEND_CHOICES,
  type CacheChoice,
  CODEC_CHOICES,
  COMPRESSION_CHOICES,
  DEFAULT_CHOICE,
  MEGABYTE_LIMITS,
  TTL_LIMITS_MINUTES,
  tiersOf,
} from '../../shared/cache-choice.ts'
import { inTurns } from '../in-turn.ts'
import { RequestError } from '../problem.ts'
import { type CachePlace, keepsEntries, openFlightCache } from './flight-cache.ts'
import { createLiveCache } from './live-cache.ts'

const megabytes = z.int().min(MEGABYTE_LIMITS.least).max(MEGABYTE_LIMITS.most)

export const cacheChoice: z.ZodType<CacheChoice> = z.strictObject({
  backend: z.enum(BACKEND_CHOICES),
  memoryMegabytes: megabytes,
  diskMegabytes: megabytes,
  ttlMinutes: z.int().min(TTL_LIMITS_MINUTES.least).max(TTL_LIMITS_MINUTES.most),
  codec: z.enum(CODEC_CHOICES),
  compression: z.enum(COMPRESSION_CHOICES),
})

interface SwitchReport {
  /** Until new requests went to the new cache. */
  readonly switchedMs: number
  /** Until the last request on the old one had ended and it was closed. */
  readonly drainedMs: number
  /** Whether what was stored before is still served. */
  readonly keptEntries: boolean
}

export interface CacheDesk {
  /** Always the one in service. */
  readonly cache: Cache
  choice(): CacheChoice
  /** Why the kept choice is not in service since the start; undefined when it is. */
  readonly fallbackReason: string | undefined
  /** @throws RequestError when that cache cannot be opened; the one in service stays. */
  choose(choice: CacheChoice): Promise<SwitchReport>
  close(): Promise<void>
}

interface CacheDeskOptions {
  readonly directory: string
  readonly clock: CachePlace['clock']
  /** Finds or starts a Redis. @throws an Error that says why there is none */
  readonly redisUrl: () => Promise<string>
  /** Where the choice is kept. */
  readonly store: Cache
}

const CHOICE_KEY = 'cache-choice'
/** What was in service last, which is not what was chosen when that could not be opened. */
const IN_SERVICE_KEY = 'cache-in-service'

export async function openCacheDesk({ directory, clock, redisUrl, store }: CacheDeskOptions): Promise<CacheDesk> {
  const open = async (choice: CacheChoice): Promise<Cache> => {
    const url = tiersOf(choice.backend).includes('redis') ? await redisUrl() : undefined
    const cache = await openFlightCache(choice, { directory, redisUrl: url, clock })
    try {
      await cache.usage()
    } catch (error) {
      await cache.close()
      throw error
    }
    return cache
  }
  /** @returns whether what it holds may be served: a store that was out of service has missed the invalidations since. */
  async function putInService(cache: Cache, before: CacheChoice | undefined, choice: CacheChoice): Promise<boolean> {
    try {
      const keptEntries = before !== undefined && keepsEntries(before, choice)
      if (!keptEntries) await cache.invalidate({ all: true })
      await store.set(IN_SERVICE_KEY, choice)
      return keptEntries
    } catch (error) {
      await cache.close()
      throw error
    }
  }
  const kept = cacheChoice.safeParse(await store.get(CHOICE_KEY)).data
  let current = kept ?? DEFAULT_CHOICE
  let fallbackReason: string | undefined
  let first: Cache
  try {
    first = await open(current)
  } catch (error) {
    if (kept === undefined) throw error
    fallbackReason = reasonOf(error)
    current = DEFAULT_CHOICE
    first = await open(current)
  }
  await putInService(first, cacheChoice.safeParse(await store.get(IN_SERVICE_KEY)).data, current)
  const live = createLiveCache(first)
  const inTurn = inTurns()

  async function change(choice: CacheChoice): Promise<SwitchReport> {
    const startedAtMs = performance.now()
    const next = await open(choice).catch((error: unknown) => {
      throw new RequestError(409, `${choice.backend} cannot be used: ${reasonOf(error)}`)
    })
    const keptEntries = await putInService(next, current, choice)
    await store.set(CHOICE_KEY, choice)
    current = choice
    const drained = live.replace(next)
    const switchedMs = performance.now() - startedAtMs
    await drained
    return { switchedMs, drainedMs: performance.now() - startedAtMs, keptEntries }
  }

  return {
    cache: live.cache,
    choice: () => current,
    get fallbackReason() {
      return fallbackReason
    },
    choose(choice) {
      // One after the other: two at once could leave a cache open that nobody closes.
      const turn = inTurn(() => change(choice))
      fallbackReason = undefined
      return turn
    },
    close: () => inTurn(() => live.cache.close()),
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof StowageError || error instanceof Error) return error.message
  return String(error)
}
