/** Rows 17 to 19: Redis on this machine, one after the other, 1,000 at once, and 100 in one call. */
import { nodeRedis } from '../contenders/node-redis.ts'
import { rawIoredis, rawIoredisPipelined } from '../contenders/raw-ioredis.ts'
import { cacheableRedis, cachemanagerRedis, keyvRedis } from '../contenders/redis-peers.ts'
import { stowageRedis } from '../contenders/stowage-redis.ts'
import type { Target } from '../harness/contract.ts'
import { getsInTurn, getsTogether, getWave, setsInTurn, setWave } from './store-steps.ts'
import { type StoreWorkload, storeWorkload } from './store-workload.ts'

const WAVE = 1_000
const TOGETHER = 100
const LONE = { getSeq: getsInTurn(100), setSeq: setsInTurn(100) }
const WAVES = { getWave: getWave(WAVE), setWave: setWave(WAVE) }
const EVERYBODY: Pick<StoreWorkload, 'contenders' | 'reference' | 'keyCount' | 'turnFactor'> = {
  contenders: [rawIoredis, rawIoredisPipelined, nodeRedis, stowageRedis, keyvRedis, cachemanagerRedis, cacheableRedis],
  reference: rawIoredis,
  keyCount: ({ store }) => Math.floor(store.rowCount / 4),
  // A call that waits for a server leaves a turn few calls for the compiler to learn from. And who has rested shares a processor with the
  // server for the first 60 to 80 ms, which makes a lone call of one command cheaper, and of two not: a server at work does not rest.
  turnFactor: 4,
}

export const redisLone = storeWorkload({
  ...EVERYBODY,
  name: 'redis-lone',
  row: 17,
  title: 'get and set on Redis, 2 KB, one after the other',
  valueSize: '2 KB',
  kinds: LONE,
  targets: [speed('getSeqUs', 0.92, 1), speed('setSeqUs', 0.9, 0.93)],
})

export const redisWave200 = storeWorkload({
  ...EVERYBODY,
  name: 'redis-wave-200b',
  row: 18,
  title: 'get and set on Redis, 200 B, 1,000 at once',
  valueSize: '200 B',
  kinds: WAVES,
  targets: [speed('getWaveUs', 2.5, 3.2), speed('setWaveUs', 0.9, 1.25)],
})

export const redisWave2k = storeWorkload({
  ...EVERYBODY,
  name: 'redis-wave-2kb',
  row: 18,
  title: 'get and set on Redis, 2 KB, 1,000 at once',
  valueSize: '2 KB',
  kinds: WAVES,
  targets: [speed('getWaveUs', 1, 1.1), speed('setWaveUs', 0.9, 0.93)],
})

export const redisMany = storeWorkload({
  ...EVERYBODY,
  contenders: [rawIoredis, nodeRedis, stowageRedis, keyvRedis, cachemanagerRedis, cacheableRedis],
  name: 'redis-many',
  row: 19,
  title: '100 entries of 200 B in one call',
  valueSize: '200 B',
  kinds: { many: getsTogether(TOGETHER) },
  targets: [speed('manyUs', 0.95, 1.05)],
})

function speed(measure: string, must: number, aim: number): Target {
  return { entrant: stowageRedis.name, measure, form: 'speed', must, aim }
}
