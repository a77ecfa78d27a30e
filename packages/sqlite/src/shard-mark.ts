/**
 * Which file of a cache a file is, of how many, as its header says it (`application_id`): opened as anything else, half of
 * its keys would seem gone.
 */
import { ConfigError } from '@stowage/core'
import { DamagedFileError } from './damage.ts'
import type { Database } from './database.ts'
import { MAX_SHARD_COUNT, type Shard } from './shard.ts'

/** A cache in one file, as it has been from the beginning: no mark. */
const WHOLE: Shard = { index: 0, count: 1 }
/** First byte of a mark; then nothing, the index, the count. */
const MARK = 0x53

/** Call within the transaction that creates the tables. */
export function markShard(database: Database, shard: Shard): void {
  database.pragma(`application_id = ${markOf(shard)}`)
}

/** @throws ConfigError for a file that is another shard, or one of another number of them; DamagedFileError for a mark of no sense. */
export function requireShard(database: Database, path: string, shard: Shard): void {
  const mark = Number(database.pragma('application_id', { simple: true }))
  if (mark === markOf(shard)) return
  const found = shardOfMark(mark)
  if (found.count !== shard.count) {
    throw new ConfigError(
      `shards: ${shard.count} does not fit the cache at '${path}', which was begun with ${found.count}; allowed: shards: ${found.count}, or another path`,
    )
  }
  throw new ConfigError(
    `path: '${path}' is shard ${found.index} of ${found.count} and not ${shard.index}; allowed: each file under the name it was made with`,
  )
}

function markOf({ index, count }: Shard): number {
  return count === 1 ? 0 : (MARK << 24) | (index << 8) | count
}

function shardOfMark(mark: number): Shard {
  const shard = mark === 0 ? WHOLE : { index: (mark >> 8) & 0xff, count: mark & 0xff }
  if (markOf(shard) !== mark || shard.index >= shard.count || shard.count > MAX_SHARD_COUNT) {
    throw new DamagedFileError(`its application_id is ${mark}`)
  }
  return shard
}
