/** The redis backend keeps every clause of docs/contract.md on spaces, on real servers: one, and a Cluster. */
import { randomUUID } from 'node:crypto'
import { ConfigError } from '@stowage/core'
import { spaceCases } from '@stowage/core/testing'
import {
  adminOf,
  describeWithRedis,
  findRedisBinary,
  type RedisCluster,
  startCluster,
  startRedis,
} from '@stowage/test-servers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type RedisBackend, type RedisOptions, redisBackend } from '../src/index.ts'

const search = await findRedisBinary()
const put = { expect: [], changes: [{ do: 'put', key: 'k', value: 'v', moveCount: 0 }], isTold: true } as const

function open(options: RedisOptions): RedisBackend {
  const backend = redisBackend({ timeout: 10_000, ...options })
  onTestFinished(async () => backend.close())
  return backend
}

function testCases(sourceOf: () => RedisOptions): void {
  for (const each of spaceCases) {
    test(`${each.clause} ${each.name}`, { timeout: 60_000 }, async () => {
      const options = { ...sourceOf(), prefix: `test:${randomUUID()}:` }
      await each.run({ spaces: open(options).spaces, others: open(options).spaces })
    })
  }
}

describeWithRedis('single server', (url) => {
  testCases(() => ({ url }))

  test('the clearing of the cache beside them leaves records alone', async () => {
    const backend = open({ url, prefix: `test:${randomUUID()}:` })
    await backend.spaces.commit('a', put, Date.now())
    await backend.invalidate({ all: true }, Date.now())
    await backend.sweep(Date.now())
    const [record] = await backend.spaces.get('a', ['k'])
    expect(record?.value).toBe('v')
  })
})

describe.skipIf(!search.found)('Cluster', () => {
  let cluster: RedisCluster | undefined
  beforeAll(async () => {
    cluster = await startCluster()
  }, 60_000)
  afterAll(() => cluster?.[Symbol.asyncDispose]())
  testCases(() => ({ cluster: { nodes: (cluster?.masters ?? []).map(({ port }) => ({ host: '127.0.0.1', port })) } }))
})

describe.skipIf(!search.found)('a server that may evict any key', () => {
  test('is refused, as long as it may', async () => {
    await using server = await startRedis()
    using admin = adminOf(server.port)
    await admin.ask('config', 'set', 'maxmemory', '100mb')
    await admin.ask('config', 'set', 'maxmemory-policy', 'allkeys-lru')
    await admin.ask('config', 'set', 'maxmemory', '0')
    expect(await open({ url: server.url }).spaces.commit('a', put, Date.now())).toMatchObject({ outcome: 'done' })
    await admin.ask('config', 'set', 'maxmemory', '100mb')
    const { spaces } = open({ url: server.url })
    await expect(spaces.commit('a', put, Date.now())).rejects.toThrow(ConfigError)
    await admin.ask('config', 'set', 'maxmemory-policy', 'volatile-lru')
    expect(await spaces.commit('a', put, Date.now())).toMatchObject({ outcome: 'done' })
  })

  test('is not asked where its user may not ask', async () => {
    await using server = await startRedis()
    using admin = adminOf(server.port)
    await admin.ask('acl', 'setuser', 'shop', 'on', '>password', '~*', '&*', '+@all', '-info')
    const { spaces } = open({ url: `redis://shop:password@127.0.0.1:${server.port}` })
    expect(await spaces.commit('a', put, Date.now())).toMatchObject({ outcome: 'done' })
  })
})

describe.skipIf(!search.found)('a watch of a space', () => {
  test('goes on when another is ended twice, and tells of what may have been missed', async () => {
    await using server = await startRedis()
    using admin = adminOf(server.port)
    const { spaces } = open({ url: server.url })
    const stop = spaces.watch('a', () => undefined)
    stop()
    const told: string[] = []
    spaces.watch('a', () => told.push('a'))
    spaces.watch('b', () => told.push('b'))
    stop()
    await expect
      .poll(async () => {
        await spaces.commit('a', put, Date.now())
        return told
      })
      .toContain('a')
    told.length = 0
    await admin.ask('client', 'kill', 'type', 'pubsub')
    await expect.poll(() => told, { timeout: 10_000 }).toContain('b')
  })
})
