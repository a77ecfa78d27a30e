/**
 * What one of several processes on a store does: nine gets to one set for a while, in loops of their own. Every value
 * tells which key it was written for, and is one of those that are, so that each process knows a wrong one.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { bentocacheSqlite } from '../contenders/bentocache-sqlite.ts'
import type { Contender } from '../contenders/contender.ts'
import { keyvSqlite } from '../contenders/keyv-sqlite.ts'
import { lmdb } from '../contenders/lmdb.ts'
import { nodeRedis } from '../contenders/node-redis.ts'
import { nodeSqlite } from '../contenders/node-sqlite.ts'
import { rawIoredis } from '../contenders/raw-ioredis.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { cacheableRedis, cachemanagerRedis, keyvRedis } from '../contenders/redis-peers.ts'
import { stowageFs } from '../contenders/stowage-fs.ts'
import { stowageRedis } from '../contenders/stowage-redis.ts'
import { stowageSqlite, stowageSqliteSharded } from '../contenders/stowage-sqlite.ts'
import { keysOf } from '../material/draws.ts'
import { sampleValue } from '../material/values.ts'
import { callOf } from './call.ts'
import { type CrewJob, sharedNowMs } from './crew.ts'

export const STORE_KEY_COUNT = 4_000
const LOOP_COUNT = 16
/** Of a loop, between two turns of the event loop. */
const CALLS_PER_TURN = 4
const SET_INTERVAL = 10
/** Every so many values one is compared in full. */
const COMPARE_INTERVAL = 16
/** Prime. */
const STRIDE = 7_919

export const DISK_CONTENDERS: readonly Contender[] = [
  rawSqlite,
  nodeSqlite,
  stowageSqlite,
  stowageSqliteSharded,
  lmdb,
  bentocacheSqlite,
  keyvSqlite,
  stowageFs,
]
export const REDIS_CONTENDERS: readonly Contender[] = [
  rawIoredis,
  nodeRedis,
  stowageRedis,
  keyvRedis,
  cachemanagerRedis,
  cacheableRedis,
]

export const storeJob: CrewJob = {
  name: 'store',
  contenders: [...DISK_CONTENDERS, ...REDIS_CONTENDERS],
  async join(contender, directory) {
    const keys = keysOf(STORE_KEY_COUNT)
    const cache = await contender.open({ entryCount: STORE_KEY_COUNT, directory, load: () => ({}) })
    const get = callOf(contender, cache, 'get')
    // Whoever has a server is connected to it before the clock runs.
    await get(keys[0] ?? '')
    let count = process.pid

    async function runOne(tally: Tally): Promise<void> {
      const at = (++count * STRIDE) % STORE_KEY_COUNT
      const key = keys[at] ?? ''
      tally.callCount++
      if (count % SET_INTERVAL === 0) await cache.set(key, sampleValue(at + STORE_KEY_COUNT * (count % 64), '2 KB'))
      else if (!isSound(await get(key), at, count % COMPARE_INTERVAL === 0)) tally.wrongCount++
    }

    async function loop(untilMs: number, tally: Tally): Promise<void> {
      while (sharedNowMs() < untilMs) {
        for (let done = 0; done < CALLS_PER_TURN; done++) {
          await runOne(tally).catch((error: unknown) => {
            tally.errorCount++
            tally.lastError = error
          })
        }
        await turn()
      }
    }

    return {
      async run({ amount: workMs }) {
        const tally: Tally = { callCount: 0, wrongCount: 0, errorCount: 0, lastError: undefined }
        const untilMs = sharedNowMs() + workMs
        await Promise.all(Array.from({ length: LOOP_COUNT }, () => loop(untilMs, tally)))
        const { callCount, wrongCount, errorCount, lastError } = tally
        if (errorCount > 0) console.error(contender.name, lastError)
        return { callCount, wrongCount, errorCount, endedAtMs: sharedNowMs() }
      },
      close: () => cache.close?.(),
    }
  },
}

interface Tally {
  callCount: number
  wrongCount: number
  errorCount: number
  lastError: unknown
}

function isSound(found: unknown, at: number, isCompared: boolean): boolean {
  if (typeof found !== 'object' || found === null || !('id' in found) || typeof found.id !== 'number') return false
  return found.id % STORE_KEY_COUNT === at && (!isCompared || isDeepStrictEqual(found, sampleValue(found.id, '2 KB')))
}
