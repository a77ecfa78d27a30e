/** A process whose prices are in a cache of Stowage: what differs from step to step is what is switched on. */
import { join } from 'node:path'
import { type Backend, type Bus, type Clock, createCache, type LoadOptions } from '@stowage/core'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { sqliteBackend } from '@stowage/sqlite'
import type { PriceSource } from './price-source.ts'
import type { Shop } from './shop.ts'

export interface Features extends LoadOptions {
  /** Memory in front of a sqlite file that both processes have; else memory alone. */
  readonly file?: boolean
  readonly bus?: boolean
  /** A changed price invalidates the tag of its product. */
  readonly invalidates?: boolean
}

export interface Surroundings {
  readonly source: PriceSource
  readonly clock: Clock
  readonly folder: string
  readonly attach: () => Bus
}

export function cachedShop(features: Features, process: number, { source, clock, folder, attach }: Surroundings): Shop {
  const { file = false, bus = false, invalidates = false, ...options } = features
  const near = memoryBackend({ maxEntries: 10_000 })
  const cache = createCache({ backend: file ? shared(near) : near, ttl: '1m', backendTimeout: '1h', clock })
  return {
    priceOf: (product) => {
      const load = () => source.query(process, product)
      const tags = invalidates ? [product] : []
      return cache.getOrSet(['price', product], load, { ...options, tags })
    },
    changed: (product) => (invalidates ? cache.invalidate({ tags: [product] }) : Promise.resolve()),
    get loadingCount() {
      return cache.stats().loading
    },
    close: () => cache.close(),
  }

  function shared(memory: Backend): Backend {
    const tiers = [memory, sqliteBackend({ path: join(folder, 'prices.db') })]
    // The clock is the story's, and the disk is not: a slow moment of the machine is no fault here.
    const tierOptions = tiers.map(() => ({ timeout: '1h' }) as const)
    return hybridBackend(bus ? { tiers, tierOptions, bus: attach(), clock } : { tiers, tierOptions, clock })
  }
}
