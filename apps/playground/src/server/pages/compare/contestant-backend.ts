/** Opens the backend of one contestant in a folder of its own, and takes leave of it. */
import { join } from 'node:path'
import type { Backend, Cache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { redisBackend } from '@stowage/redis'
import { sqliteBackend } from '@stowage/sqlite'
import { CONTESTANTS, type Opening, type TierName } from './messages.ts'

export function contestantBackend({ contestant, ...place }: Opening): Backend {
  const tiers = CONTESTANTS.find(({ name }) => name === contestant)?.tiers ?? []
  const opened = tiers.map((tier) => tierBackend(tier, place))
  const [near, next, ...farther] = opened
  if (near === undefined) throw new Error(`${contestant} has no tier`)
  return next === undefined ? near : hybridBackend({ tiers: [near, next, ...farther] })
}

export async function leave(cache: Cache, { redisUrl }: Pick<Opening, 'redisUrl'>): Promise<void> {
  if (redisUrl !== undefined) {
    // Its server goes on, and need not hold what nobody asks for again. Folders are removed as they are.
    await cache.invalidate({ all: true })
    await cache.sweep()
  }
  await cache.close()
}

function tierBackend(tier: TierName, { folder, redisUrl, workload }: Omit<Opening, 'contestant'>): Backend {
  const maxBytes = workload.maxMegabytes * 1_000_000
  switch (tier) {
    case 'memory':
      return memoryBackend({ maxBytes })
    case 'fs':
      return fsBackend({ directory: join(folder, 'files'), maxBytes })
    case 'sqlite':
      return sqliteBackend({ path: join(folder, 'cache.sqlite'), maxBytes })
    case 'redis':
      if (redisUrl === undefined) throw new Error('there is no Redis')
      return redisBackend({ url: redisUrl, prefix: `compare:${folder}:` })
  }
}
