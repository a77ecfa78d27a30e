/** The redis backend keeps every clause of docs/contract.md that concerns it, on real servers: one, and a Cluster. */
import { describeWithRedis, findRedisBinary, type RedisCluster, startCluster } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe } from 'vitest'
import { testConformance } from './conformance.ts'

const search = await findRedisBinary()

describeWithRedis('single server', (url) => {
  let client: Redis
  beforeAll(() => {
    client = new Redis(url)
  })
  afterAll(() => client.disconnect())

  testConformance(
    () => ({ url }),
    async (prefix) => {
      const names = await client.keys(`${prefix}*`)
      if (names.length > 0) await client.unlink(names)
    },
  )
})

describe.skipIf(!search.found)('Cluster', () => {
  let cluster: RedisCluster | undefined
  beforeAll(async () => {
    cluster = await startCluster()
  }, 60_000)
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  testConformance(
    () => ({ cluster: { nodes: (cluster?.masters ?? []).map(({ port }) => ({ host: '127.0.0.1', port })) } }),
    async () => undefined,
  )
})
