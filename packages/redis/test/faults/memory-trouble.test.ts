/** A server without room (R7): one that refuses writes, and one that throws out whatever it likes, bookkeeping too. */
import { createCache } from '@stowage/core'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { beginTrial } from './trial.ts'

const search = await findRedisBinary()

function adminOf(url: string): Redis {
  const admin = new Redis(url)
  // The server is stopped before the client is.
  admin.on('error', () => undefined)
  onTestFinished(() => admin.disconnect())
  return admin
}

describe.skipIf(!search.found)('a server without room', { timeout: 60_000 }, () => {
  test('R7: noeviction refuses writes, and a refused write takes the older value with it', async () => {
    await using server = await startRedis()
    const cache = createCache({ backend: redisBackend({ url: server.url }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await cache.set('key', 'old')
    const admin = adminOf(server.url)
    await admin.config('SET', 'maxmemory', '1')
    expect(await cache.set('key', 'new')).toMatchObject({ outcome: 'refused', reason: 'fault' })
    expect(await cache.get('key')).toBeUndefined()
    expect(await cache.getOrSet('other', () => 'loaded')).toBe('loaded')
    await admin.config('SET', 'maxmemory', '0')
    await cache.set('key', 'old')
    await admin.config('SET', 'maxmemory', '1')
    const together = [cache.set('key', 'x'.repeat(20_000)), cache.set('other', 'y'.repeat(20_000))]
    expect((await Promise.all(together)).map(({ outcome }) => outcome)).toEqual(['refused', 'refused'])
    expect(await cache.get('key')).toBeUndefined()
    await admin.config('SET', 'maxmemory', '0')
    await cache.set('key', 'newer')
    expect(await cache.get('key')).toBe('newer')
  })

  test('R7: allkeys-lru under load evicts what it likes, and nothing wrong is served', async () => {
    await using server = await startRedis()
    const trial = beginTrial({ url: server.url })
    await trial.reads(1_000)
    const admin = adminOf(server.url)
    const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1])
    await admin.config('SET', 'maxmemory-policy', 'allkeys-random')
    await admin.config('SET', 'maxmemory', String(used + 50_000))
    // What is on its way to the server takes room, too: now and then there is none that evictions could make.
    const unlessFull = (error: unknown): void => {
      if (!String(error).includes('OOM')) throw error
    }
    for (let round = 0; round < 20; round++) {
      const ballast = Array.from({ length: 100 }, (_, at) => admin.set(`ballast ${at}`, 'x'.repeat(1_000)))
      await Promise.all(ballast.map((set) => set.catch(unlessFull)))
      await trial.reads(100)
    }
    expect(Number(/evicted_keys:(\d+)/.exec(await admin.info('stats'))?.[1])).toBeGreaterThan(100)
    await trial.ends()
  })

  test.each([
    ['the epoch', ['stowage:m:epoch']],
    ['the marks of tags', ['stowage:m:tags']],
    ['the marks of prefixes', ['stowage:m:prefixes']],
    ['all bookkeeping', ['stowage:m:epoch', 'stowage:m:tags', 'stowage:m:prefixes']],
  ])('R7: %s evicted revives nothing, for processes there before and after', async (_, names) => {
    await using server = await startRedis()
    const admin = adminOf(server.url)
    const open = () => {
      const cache = createCache({ backend: redisBackend({ url: server.url }), ttl: '1h' })
      onTestFinished(() => cache.close())
      return cache
    }
    const [before, writer] = [open(), open()]
    const space = { tagged: 'tagged', 'ns key': 'prefixed' }
    for (const [key, value] of Object.entries(space)) await writer.set(key, value, { tags: ['t'] })
    expect(await before.get('tagged')).toBe('tagged')
    await writer.invalidate({ tags: ['t'] })
    await writer.invalidate({ prefix: 'ns' })
    await admin.unlink(...names)
    const after = open()
    for (const cache of [before, after, writer]) {
      expect(await cache.get('tagged')).toBeUndefined()
      expect(await cache.get('ns key')).toBeUndefined()
    }
    // What follows is counted anew, and is as good as ever.
    await after.set('tagged', 'again', { tags: ['t'] })
    for (const cache of [before, after, writer]) expect(await cache.get('tagged')).toBe('again')
    await before.invalidate({ tags: ['t'] })
    for (const cache of [before, after, writer]) expect(await cache.get('tagged')).toBeUndefined()
  })
})
