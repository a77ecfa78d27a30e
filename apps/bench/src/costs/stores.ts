/** The backends as the README of each sets them up, in a folder and on a Redis of their own. */
import { join } from 'node:path'
import { type Backend, type Cache, createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { redisBackend } from '@stowage/redis'
import { sqliteBackend } from '@stowage/sqlite'

export interface Store {
  readonly title: string
  readonly cache: Cache
}

/** @param redisUrl none where no server can be had; its column is then left out */
export function openStores(folder: string, redisUrl: string | undefined): Store[] {
  const memory = () => memoryBackend({ maxEntries: 10_000 })
  const backends: [string, Backend][] = [
    ['memory', memory()],
    ['hybrid: memory, sqlite', hybridBackend({ tiers: [memory(), sqliteBackend({ path: join(folder, 'far.db') })] })],
    ['sqlite', sqliteBackend({ path: join(folder, 'cache.db') })],
    ['fs', fsBackend({ directory: join(folder, 'files') })],
  ]
  if (redisUrl !== undefined) backends.push(['redis', redisBackend({ url: redisUrl })])
  return backends.map(([title, backend]) => ({ title, cache: createCache({ backend, ttl: '1h' }) }))
}
