/** A group that Sentinels watch: a master that dies, and one that is told to be a replica (R4); replicas that lag (R5). */
import { createCache } from '@stowage/core'
import { findRedisBinary, type RedisSentinel, startSentinel } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type RedisOptions, redisBackend } from '../../src/index.ts'
import { beginTrial } from './trial.ts'

const search = await findRedisBinary()

function optionsFor({ name, sentinels }: RedisSentinel) {
  return { connection: { name, sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })) } }
}

describe.skipIf(!search.found)('a group with Sentinels', { timeout: 90_000 }, () => {
  test('R4: when its master is killed, the next one is used, and nothing that was out comes back', async () => {
    await using group = await startSentinel()
    const trial = beginTrial(optionsFor(group))
    await trial.reads(2_000)
    await group.master.stop()
    await trial.reads(500)
    await trial.recovers()
    await trial.reads(1_000)
    await trial.ends()
  })

  test('R4: what the old master acknowledged and never passed on is not undone by the new one', async () => {
    await using group = await startSentinel()
    const [writer, cache] = [openCache(optionsFor(group)), openCache(optionsFor(group))]
    for (const key of ['deleted', 'replaced', 'ns kept', 'untouched']) await writer.set(key, 'old')
    await writer.set('tagged', 'old', { tags: ['t'] })
    // Or it would take out what it has set a moment ago.
    await writer.close()
    await group.isolateMaster()
    await cache.delete('deleted')
    await cache.set('replaced', 'new')
    await cache.invalidate({ tags: ['t'] })
    await cache.invalidate({ prefix: 'ns' })
    await group.master.stop()
    await expect.poll(() => cache.get('untouched'), { timeout: 20_000 }).toBe('old')
    for (const key of ['deleted', 'replaced', 'tagged', 'ns kept']) expect(await cache.get(key), key).toBeUndefined()
  })

  test('R5: replicas that lag behind are no concern of reads, which go to the master', async () => {
    await using group = await startSentinel()
    const cache = openCache(optionsFor(group))
    await cache.set('key', 'old', { tags: ['t'] })
    for (const { processId } of group.replicas) process.kill(processId, 'SIGSTOP')
    for (let version = 0; version < 50; version++) {
      await cache.set('key', version, { tags: ['t'] })
      expect(await cache.get('key')).toBe(version)
      await cache.invalidate({ tags: ['t'] })
      expect(await cache.get('key')).toBeUndefined()
    }
    expect(cache.stats().faults).toBe(0)
  })

  test('R4: when its master is made a replica, the connection moves on to the new one', async () => {
    await using group = await startSentinel()
    const trial = beginTrial(optionsFor(group))
    await trial.reads(2_000)
    const admin = new Redis({ host: '127.0.0.1', port: group.sentinels[0]?.port ?? 0 })
    admin.on('error', () => undefined)
    onTestFinished(() => admin.disconnect())
    await admin.call('sentinel', ['failover', group.name])
    await expect.poll(() => masterPort(admin, group.name), { timeout: 20_000 }).not.toBe(group.master.port)
    await trial.recovers()
    await trial.reads(1_000)
    await trial.ends()
  })
})

function openCache(options: RedisOptions) {
  const cache = createCache({ backend: redisBackend(options), ttl: '1h' })
  onTestFinished(() => cache.close())
  return cache
}

async function masterPort(sentinel: Redis, name: string): Promise<number> {
  const address = await sentinel.call('sentinel', ['get-master-addr-by-name', name])
  return Array.isArray(address) ? Number(address[1]) : Number.NaN
}
