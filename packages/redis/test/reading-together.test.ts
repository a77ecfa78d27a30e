/** Many keys read in one go: behind the writes of their moment, by what the server knows, and with what is damaged among them. */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../src/index.ts'

describeWithRedis('reads of one moment', (url) => {
  function world() {
    const prefix = `test:${randomUUID()}:`
    const admin = new Redis(url)
    onTestFinished(async () => {
      await admin.unlink(await admin.keys(`${prefix}*`))
      admin.disconnect()
    })
    const open = () => {
      const backend = redisBackend({ url, prefix, timeout: '20s' })
      const cache = createCache({ backend, ttl: '1h', backendTimeout: '20s' })
      onTestFinished(() => cache.close())
      return { backend, cache }
    }
    return { prefix, admin, open }
  }

  test('they are behind what was written in the same moment, whoever asked first', async () => {
    const { cache } = world().open()
    await cache.set('a', 'old')
    const [early, , , late, many] = await Promise.all([
      cache.get('a'),
      cache.set('a', 'new'),
      cache.set('b', 'new'),
      cache.get('a'),
      cache.getMany(['a', 'b']),
    ])
    expect(['old', 'new']).toContain(early)
    expect([late, ...many.values()]).toEqual(['new', 'new', 'new'])
  })

  test('what another process has invalidated is found out once for all of them', async () => {
    const { open } = world()
    const { cache } = open()
    const { cache: other } = open()
    const keys = Array.from({ length: 100 }, (_, at) => `key ${at}`)
    await cache.setMany(keys.map((key, at) => [key, at, { tags: [at % 2 === 0 ? 'even' : 'odd'] }]))
    expect((await cache.getMany(keys)).size).toBe(100)
    await other.invalidate({ tags: ['odd'] })
    const sent = vi.spyOn(Redis.prototype, 'callBuffer')
    const found = await cache.getMany(keys)
    expect([...found.values()]).toEqual(keys.map((_, at) => at).filter((at) => at % 2 === 0))
    expect(sent.mock.calls.map(([command]) => command)).toEqual(['mget', 'evalsha'])
    sent.mockRestore()
    expect(cache.stats().misses.invalidated).toBe(50)
  })

  test('what one has invalidated oneself needs no further trip, and is no hit', async () => {
    const { cache } = world().open()
    await cache.setMany(['a', 'b'].map((key) => [key, key, { tags: [key] }]))
    await cache.getMany(['a', 'b'])
    const sent = vi.spyOn(Redis.prototype, 'callBuffer')
    await cache.invalidate({ tags: ['a'] })
    expect(await cache.getMany(['a', 'b'])).toEqual(new Map([['b', 'b']]))
    await cache.set('a', 'anew', { tags: ['a'] })
    expect(await cache.get('a')).toBe('anew')
    expect(sent.mock.calls.map(([command]) => command)).toEqual(['eval', 'mget', 'mget', 'set', 'mget'])
    sent.mockRestore()
  })

  test('what is damaged among them is removed, and the others are answered', async () => {
    const { prefix, admin, open } = world()
    const { backend, cache } = open()
    await cache.setMany(['a', 'b', 'c'].map((key) => [key, key]))
    await admin.setrange(`${prefix}e:b`, 60, '????')
    const lease = await backend.lease('leased', 'exclusive', 60_000, Date.now())
    expect(await cache.getMany(['a', 'b', 'c', 'leased'])).toEqual(
      new Map([
        ['a', 'a'],
        ['c', 'c'],
      ]),
    )
    expect(cache.stats().misses).toMatchObject({ undecodable: 1, absent: 1 })
    expect(await admin.exists(`${prefix}e:b`)).toBe(0)
    if (lease !== undefined) await backend.release(lease)
  })

  test('without its bookkeeping nothing is trusted', async () => {
    const { prefix, admin, open } = world()
    const { cache } = open()
    await cache.setMany(['a', 'b'].map((key) => [key, key]))
    await admin.unlink(`${prefix}m:epoch`)
    expect(await cache.getMany(['a', 'b'])).toEqual(new Map())
    expect(cache.stats().misses.invalidated).toBe(2)
  })
})
