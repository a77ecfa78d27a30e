/** Many entries stored in one go: in their order, with what is too large among them, and on a server that has no room. */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis, findRedisBinary, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../src/index.ts'

/** More than goes to the server in a script. */
const LARGE = 'x'.repeat(20_000)

describeWithRedis('sets of one moment', (url) => {
  function world(maxEntryBytes = 100_000) {
    const prefix = `test:${randomUUID()}:`
    const admin = new Redis(url)
    onTestFinished(async () => {
      await admin.unlink(await admin.keys(`${prefix}*`))
      admin.disconnect()
    })
    const open = () => {
      const backend = redisBackend({ url, prefix, timeout: '20s' })
      const cache = createCache({ backend, ttl: '1h', backendTimeout: '20s', maxEntryBytes })
      onTestFinished(() => cache.close())
      return cache
    }
    return { prefix, admin, open }
  }

  test('are one command, and a read of the same moment is behind them', async () => {
    const cache = world().open()
    await cache.set('a', 'old')
    const sent = vi.spyOn(Redis.prototype, 'callBuffer')
    const [, , found] = await Promise.all([cache.set('a', 'new'), cache.set('b', 'new'), cache.get('a')])
    expect(found).toBe('new')
    expect(sent.mock.calls.map(([command]) => command)).toEqual(['eval', 'mget'])
    sent.mockRestore()
  })

  test('what is too large takes away what was set before it, and is behind it', async () => {
    const cache = world(30_000).open()
    await cache.set('other', 'before')
    const sets = ['small', 'y'.repeat(40_000)].map((value) => cache.set('key', value))
    const outcomes = await Promise.all([...sets, cache.set('other', LARGE), cache.set('again', 1)])
    expect(outcomes).toMatchObject([{ outcome: 'stored' }, { reason: 'too-large' }, {}, { outcome: 'stored' }])
    expect(await cache.getMany(['key', 'other', 'again'])).toEqual(
      new Map<string, unknown>([
        ['other', LARGE],
        ['again', 1],
      ]),
    )
  })

  test('others have invalidated since: all of them are told the later moment', async () => {
    const { open } = world()
    const cache = open()
    const other = open()
    await cache.set('a', 1)
    await other.invalidate({ tags: ['t'] })
    await cache.setMany(['a', 'b', 'c'].map((key) => [key, key, { tags: ['t'] }]))
    expect((await cache.getMany(['a', 'b', 'c'])).size).toBe(3)
    expect((await other.getMany(['a', 'b', 'c'])).size).toBe(3)
    await other.invalidate({ tags: ['t'] })
    expect((await cache.getMany(['a', 'b', 'c'])).size).toBe(0)
  })

  test('the first of a process wait for the epoch together', async () => {
    const { open } = world()
    const cache = open()
    expect(await cache.setMany(['a', 'b'].map((key) => [key, key]))).toEqual(Array(2).fill({ outcome: 'stored' }))
    expect((await open().getMany(['a', 'b'])).size).toBe(2)
  })
})

test.skipIf(!(await findRedisBinary()).found)('a server without room keeps nothing older', async () => {
  const server = await startRedis()
  const admin = new Redis(server.url)
  onTestFinished(async () => {
    admin.disconnect()
    await server.stop()
  })
  const cache = createCache({ backend: redisBackend({ url: server.url }), ttl: '1h' })
  onTestFinished(() => cache.close())
  await cache.setMany(['a', 'b'].map((key) => [key, 'older']))
  await admin.config('SET', 'maxmemory-policy', 'noeviction')
  await admin.config('SET', 'maxmemory', '1mb')
  for (const value of ['newer', LARGE]) {
    expect(await cache.setMany(['a', 'b'].map((key) => [key, value]))).toEqual(
      Array(2).fill({ outcome: 'refused', reason: 'fault' }),
    )
    expect((await cache.getMany(['a', 'b'])).size).toBe(0)
    cache.resetStats()
  }
})
