/** What others left under our names (R12), and a holder that outlives its lease (R15). */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

describeWithRedis('a shared server', (url) => {
  let admin: Redis
  let prefix = ''
  beforeAll(() => {
    admin = new Redis(url)
  })
  afterAll(() => admin.disconnect())
  beforeEach(() => {
    prefix = `test:${randomUUID()}:`
    onTestFinished(async () => {
      const names = await admin.keys(`${prefix}*`)
      if (names.length > 0) await admin.unlink(names)
    })
  })

  function open() {
    const cache = createCache({ backend: redisBackend({ url, prefix }), ttl: '1h' })
    onTestFinished(() => cache.close())
    return cache
  }

  const GARBAGE: readonly (readonly [string, (name: string) => Promise<unknown>])[] = [
    ['a list', async (name) => [await admin.del(name), await admin.lpush(name, 'x')]],
    ['a text', (name) => admin.set(name, 'x')],
    ['nothing', (name) => admin.set(name, '')],
    ['another layout', (name) => admin.setrange(name, 3, '\x02')],
    ['half of it', async (name) => admin.set(name, (await admin.getBuffer(name))?.subarray(0, 90) ?? '')],
    ['a longer length', (name) => admin.setrange(name, 4, '\xff\xff')],
    ['a flipped body', (name) => admin.setrange(name, 130, '\x00')],
    ['a flipped head', (name) => admin.setrange(name, 100, '\x77')],
    ['the entry of another key', async (name) => admin.copy(name.replace(/key$/, 'other'), name, 'REPLACE')],
  ]

  test.each(GARBAGE)('R12: %s under a key is a miss, is overwritten, loaded over and deleted', async (what, spoil) => {
    const cache = open()
    const name = `${prefix}e:key`
    const spoiled = async () => {
      await cache.set('other', 'x'.repeat(50))
      await cache.set('key', 'x'.repeat(50))
      await admin.persist(name)
      if ((await spoil(name)) === undefined) throw new Error('nothing was spoiled')
    }
    await spoiled()
    expect(await cache.get('key')).toBeUndefined()
    await spoiled()
    await cache.set('key', 'new')
    expect(await cache.get('key')).toBe('new')
    await spoiled()
    expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
    expect(await cache.get('key')).toBe('loaded')
    await spoiled()
    // That a body is damaged, only who reads it sees.
    expect(await cache.delete('key')).toBe(what === 'a flipped body')
    expect(await admin.exists(name)).toBe(0)
    await spoiled()
    await cache.invalidate({ pattern: 'k*' })
    expect(await admin.exists(name)).toBe(0)
    expect(await cache.get('other')).toBe('x'.repeat(50))
  })

  test.each(GARBAGE)('R12: %s under a key is found by a check, and gone after a repair', async (what, spoil) => {
    const cache = open()
    await cache.set('other', 'x'.repeat(50))
    await cache.set('key', 'x'.repeat(50))
    await spoil(`${prefix}e:key`)
    // An empty string is what is left of a key that is gone.
    const found = what === 'nothing' ? 0 : 1
    const { torn, orphans, repaired } = await cache.check({ repair: true })
    expect([torn + orphans, repaired]).toEqual([found, found])
    expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, orphans: 0 })
  })

  test('R12: garbage instead of the bookkeeping is no bookkeeping', async () => {
    for (const [garbage, key] of [
      ['epoch', 'm:epoch'],
      ['tags', 'm:tags'],
      ['prefixes', 'm:prefixes'],
    ] as const) {
      const cache = open()
      await cache.set(garbage, 1, { tags: ['t'] })
      await admin.del(`${prefix}${key}`)
      await admin.lpush(`${prefix}${key}`, 'x')
      await cache.invalidate({ tags: ['t'] })
      expect(await cache.get(garbage)).toBeUndefined()
      await cache.set(garbage, 2, { tags: ['t'] })
      expect(await open().get(garbage)).toBe(2)
    }
  })

  test('R15: a holder that outlives its lease cannot overwrite, and another takes over', async () => {
    const [first, second] = [redisBackend({ url, prefix }), redisBackend({ url, prefix })]
    onTestFinished(() => first.close())
    onTestFinished(() => second.close())
    const nowMs = Date.now()
    const held = await first.lease('key', 'exclusive', 1_000, nowMs)
    expect(held).toBeDefined()
    expect(await second.lease('key', 'exclusive', 1_000, nowMs + 999)).toBeUndefined()
    const taken = await second.lease('key', 'exclusive', 1_000, nowMs + 1_000)
    expect(taken).toBeDefined()
    if (held === undefined || taken === undefined) return
    const cache = open()
    await cache.set('template', 'value')
    const seen = await first.get('template', nowMs)
    if (typeof seen === 'string' || seen.payload.holds !== 'bytes') throw new Error('the template is not there')
    const { encoded } = seen.payload
    const entry = { facts: seen.facts, value: 'value', maxBytes: 1e9, encode: () => encoded }
    expect(await first.set('key', entry, nowMs + 1_000, held)).toBe('superseded')
    expect(await second.set('key', entry, nowMs + 1_001, taken)).toBe('stored')
    expect(await first.set('key', entry, nowMs + 500, held)).toBe('superseded')
  })
})
