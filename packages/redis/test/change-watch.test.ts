/** What others do is told of, by name, and so is that something may have been missed. */
import { createCache } from '@stowage/core'
import { findRedisBinary, startCluster, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ForeignChange, type RedisOptions, redisBackend } from '../src/index.ts'

const search = await findRedisBinary()
const SAFE = {
  commandTimeout: 5_000,
  socketTimeout: 5_000,
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: false,
} as const
const OPEN: ForeignChange = { keys: 'any', targets: 'any', gap: 'open' }
const OVER: ForeignChange = { keys: 'any', targets: 'any', gap: 'over' }

function open(options: RedisOptions) {
  const backend = redisBackend(options)
  const cache = createCache({ backend, ttl: '1h' })
  onTestFinished(() => cache.close())
  return { backend, cache }
}

/** A watch that is set up: it says so by a first gap that is over. */
async function watching(options: RedisOptions) {
  const { backend, cache } = open(options)
  await cache.set('anything', 1)
  await cache.get('anything')
  const changes: ForeignChange[] = []
  const stop = backend.watch((change) => changes.push(change))
  await expect.poll(() => changes, { timeout: 10_000 }).toContainEqual(OVER)
  changes.length = 0
  const told = (change: ForeignChange) => expect.poll(() => changes, { timeout: 10_000 }).toContainEqual(change)
  return { cache, changes, stop, told }
}

async function adminOf(url: string): Promise<Redis> {
  const admin = new Redis(url)
  admin.on('error', () => undefined)
  onTestFinished(() => admin.disconnect())
  await admin.ping()
  return admin
}

describe.skipIf(!search.found)('a watch', { timeout: 60_000 }, () => {
  test('tells of writes, deletions and invalidations by name', async () => {
    await using server = await startRedis()
    const { changes, told, stop } = await watching({ url: server.url })
    const other = open({ url: server.url }).cache
    await other.set('x,1', 1)
    await told({ keys: ['x,1'], targets: [] })
    await other.delete('x,1')
    await expect.poll(() => changes.length).toBeGreaterThan(1)
    await other.invalidate({ tags: ['t', 'u'] })
    await expect.poll(() => JSON.stringify(changes)).toMatch(/"tags":\[[^\]]*"t"/)
    await other.invalidate({ prefix: 'p' })
    await told({ keys: [], targets: [{ prefix: 'p' }] })
    await other.invalidate({ all: true })
    await told({ keys: [], targets: 'any' })
    expect(changes.filter(({ gap }) => gap !== undefined)).toEqual([])
    stop()
    const { length } = changes
    await other.set('later', 1)
    await other.get('later')
    expect(changes.length).toBe(length)
  })

  test.each([
    ['the connection that is told', 'pubsub'],
    ['the connection that is tracked', 'normal'],
  ])('tells that something may have been missed when %s is lost, and goes on', async (_, type) => {
    await using server = await startRedis()
    const { cache, changes, told } = await watching({ url: server.url })
    const other = open({ url: server.url }).cache
    await other.get('key')
    const admin = await adminOf(server.url)
    await admin.call('client', ['kill', 'type', type])
    await told(OPEN)
    await told(OVER)
    expect(changes.filter(({ gap }) => gap !== undefined)).toEqual([OPEN, OVER])
    await expect.poll(() => cache.set('ready', 1)).toMatchObject({ outcome: 'stored' })
    await expect.poll(() => other.set('key', 2)).toMatchObject({ outcome: 'stored' })
    await told({ keys: ['key'], targets: [] })
  })

  test('tells that something may have been missed when the server is emptied', async () => {
    await using server = await startRedis()
    const { told } = await watching({ url: server.url })
    await (await adminOf(server.url)).flushall()
    await told(OVER)
  })

  test('is made anew when its connection is tracked no longer', async () => {
    await using server = await startRedis()
    const client = new Redis(server.url, SAFE)
    onTestFinished(() => client.disconnect())
    const backend = redisBackend({ client })
    onTestFinished(() => backend.close())
    const gaps: ForeignChange['gap'][] = []
    backend.watch(({ gap }) => gap !== undefined && gaps.push(gap))
    await expect.poll(() => gaps, { timeout: 10_000 }).toEqual(['over'])
    await client.call('client', ['tracking', 'off'])
    await expect.poll(() => gaps.slice(0, 3), { timeout: 10_000 }).toEqual(['over', 'open', 'over'])
  })

  test('tells it when the server is stopped for longer than a look takes', async () => {
    await using server = await startRedis()
    const { told } = await watching({ url: server.url })
    process.kill(server.processId, 'SIGSTOP')
    await told(OPEN)
    process.kill(server.processId, 'SIGCONT')
  })

  test('hears every master of a Cluster', async () => {
    await using cluster = await startCluster()
    const options = {
      cluster: { nodes: cluster.masters.map(({ port }) => ({ host: '127.0.0.1', port })) },
      timeout: '5s',
    } as const
    const first = open(options).cache
    await first.setMany(Array.from({ length: 50 }, (_, at) => [`key ${at}`, 1]))
    const { changes } = await watching(options)
    await first.setMany(Array.from({ length: 50 }, (_, at) => [`key ${at}`, 2]))
    await expect.poll(() => new Set(changes.flatMap(({ keys }) => keys)).size, { timeout: 10_000 }).toBe(50)
  })
})
