/** Row 5: a thousand callers of one cold key, whose loader takes 20 ms. */
import { isDeepStrictEqual } from 'node:util'
import { asyncCacheDedupe } from '../contenders/async-cache-dedupe.ts'
import { bentocache } from '../contenders/bentocache.ts'
import { cacheable } from '../contenders/cacheable.ts'
import { cachemanager } from '../contenders/cachemanager.ts'
import { cachified } from '../contenders/cachified.ts'
import type { Contender } from '../contenders/contender.ts'
import { layeredLoaderLoading } from '../contenders/layered-loader.ts'
import { lruCacheFetch } from '../contenders/lru-cache-fetch.ts'
import { map } from '../contenders/map.ts'
import { cacheableRedis } from '../contenders/redis-peers.ts'
import { stowageFs } from '../contenders/stowage-fs.ts'
import { stowageHybrid } from '../contenders/stowage-hybrid.ts'
import { stowageMemory } from '../contenders/stowage-memory.ts'
import { stowageRedis, stowageRedisShared } from '../contenders/stowage-redis.ts'
import { stowageSqlite, stowageSqliteShared } from '../contenders/stowage-sqlite.ts'
import { type Bout, type Target, type Workload, WrongAnswerError } from '../harness/contract.ts'
import { makeFolder } from '../material/folder.ts'
import { callOf } from './call.ts'
import { SlowSource } from './slow-source.ts'

const CALLER_COUNT = 1_000
/** Stampedes of one round, each on a key of its own. */
const STAMPEDE_COUNT = 5
const KEY_COUNT = 10_000

const OWN = [
  stowageMemory,
  stowageSqlite,
  stowageSqliteShared,
  stowageFs,
  stowageHybrid,
  stowageRedis,
  stowageRedisShared,
]
const PEERS = [
  map,
  lruCacheFetch,
  asyncCacheDedupe,
  layeredLoaderLoading,
  cachified,
  cachemanager,
  bentocache,
  cacheable,
  cacheableRedis,
]

export const stampede: Workload = {
  name: 'stampede',
  row: 5,
  title: '1,000 callers of one cold key, 20 ms loader',
  entrants: [...OWN, ...PEERS].map((contender) => ({
    name: contender.name,
    packages: contender.packages,
    open: () => openStampede(contender),
  })),
  measures: [
    { name: 'cpuMs', title: 'CPU ms' },
    { name: 'wallMs', title: 'wall ms' },
    { name: 'callCount', title: 'loads' },
  ],
  targets: OWN.flatMap(({ name: entrant }): Target[] => [
    { entrant, measure: 'callCount', form: 'figure', must: 1, aim: 1 },
    { entrant, measure: 'wallMs', form: 'figure', must: 24, aim: 21 },
    { entrant, measure: 'cpuMs', form: 'figure', must: 4, aim: 2 },
  ]),
}

async function openStampede(contender: Contender): Promise<Bout> {
  const source = new SlowSource()
  const folder = makeFolder()
  const cache = await contender.open({
    entryCount: KEY_COUNT,
    directory: folder.path,
    load: () => source.load(),
  })
  const call = callOf(contender, cache, 'getOrSet')
  let keyCount = 0

  async function run(): Promise<unknown[]> {
    const key = `report:${keyCount++}`
    return Promise.all(Array.from({ length: CALLER_COUNT }, () => call(key)))
  }

  return {
    async smoke() {
      const wrong = (await run()).filter((answer) => !isDeepStrictEqual(answer, SlowSource.answer)).length
      if (wrong > 0)
        throw new WrongAnswerError(`${wrong} of ${CALLER_COUNT} callers got another answer than the loader's`)
    },
    async round() {
      const callCount = source.callCount
      const startedAtMs = performance.now()
      const cpu = process.cpuUsage()
      for (let count = 0; count < STAMPEDE_COUNT; count++) await run()
      const { user, system } = process.cpuUsage(cpu)
      return {
        cpuMs: (user + system) / 1_000 / STAMPEDE_COUNT,
        wallMs: (performance.now() - startedAtMs) / STAMPEDE_COUNT,
        callCount: (source.callCount - callCount) / STAMPEDE_COUNT,
      }
    },
    async close() {
      await cache.close?.()
      folder.remove()
    },
  }
}
