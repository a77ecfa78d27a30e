/**
 * The cache of the flights' answers as one of the choices says, opened by @stowage/config.
 *
 * All choices have one kind and one folder: two of them with the same last tier are the same store, so that it is still
 * warm after a switch that only puts memory in front of it.
 */

import { mkdirSync } from 'node:fs'
import { createCaches, type KindSettings, type TierSettings } from '@stowage/config'
import { type Cache, type Clock, ConfigError } from '@stowage/core'
import { type CacheChoice, tiersOf } from '../../shared/cache-choice.ts'

export interface CachePlace {
  readonly directory: string
  /** Of the Redis on offer; needed by the choices that name it. */
  readonly redisUrl: string | undefined
  readonly clock: Clock
}

/** @throws ConfigError when the folder or the server cannot be used */
export async function openFlightCache(choice: CacheChoice, { directory, redisUrl, clock }: CachePlace): Promise<Cache> {
  makeFolder(directory)
  const { flights } = await createCaches({
    directory,
    clock,
    kinds: {
      flights: {
        ...storeOf(choice, redisUrl),
        // Near copies then follow what others on the same store change, and need not be compared with it now and then.
        ...(tiersOf(choice.backend).length > 1 && { bus: true }),
        ttl: `${choice.ttlMinutes}m`,
        codec: choice.codec,
        compression: choice.compression,
      },
    },
  })
  return flights
}

/**
 * Whether what one choice has kept may be served under the other: the same last tier, no other store that was out of service
 * and has not heard of the invalidations since, and bytes that it can read.
 */
export function keepsEntries(before: CacheChoice, after: CacheChoice): boolean {
  const [stores, returning] = [storesOf(before), storesOf(after)]
  return (
    stores.at(-1) === returning.at(-1) &&
    returning.every((tier) => stores.includes(tier)) &&
    before.codec === after.codec &&
    before.compression === after.compression
  )
}

/** The tiers that hold something after they were closed. Memory alone counts too: then it is the last one. */
function storesOf({ backend }: CacheChoice): readonly string[] {
  const tiers = tiersOf(backend)
  return tiers.length === 1 ? tiers : tiers.filter((tier) => tier !== 'memory')
}

function storeOf(choice: CacheChoice, redisUrl: string | undefined): KindSettings {
  const tiers = tiersOf(choice.backend).map((tier): TierSettings => {
    if (tier === 'redis') return { backend: tier, url: redisUrl }
    const megabytes = tier === 'memory' ? choice.memoryMegabytes : choice.diskMegabytes
    return { backend: tier, maxBytes: `${megabytes}MB`, ...(tier === 'memory' && { missRatioCurve: true }) }
  })
  const [only] = tiers
  return tiers.length === 1 && only !== undefined ? only : { tiers }
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true })
  } catch (cause) {
    throw new ConfigError(`CACHE_DIR=${directory} cannot be used; allowed: a folder this user can write to`, { cause })
  }
}
