/**
 * What the server itself must not forget: modes of users, the chosen cache, the day's events. A Stowage cache as well, on a
 * file of its own: nothing in it is evicted, and a write is on the disk before it is answered.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Cache, type Clock, ConfigError, createCache } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'

export function openAppStore(directory: string, clock: Clock): Cache {
  try {
    mkdirSync(directory, { recursive: true })
  } catch (cause) {
    throw new ConfigError(`CACHE_DIR=${directory} cannot be used; allowed: a folder this user can write to`, { cause })
  }
  return createCache({
    backend: sqliteBackend({
      path: join(directory, 'app.db'),
      maxBytes: '20MB',
      eviction: 'none',
      durability: 'strict',
    }),
    name: 'app-store',
    ttl: 'forever',
    onFault: 'throw',
    clock,
  })
}
