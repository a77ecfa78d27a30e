/** The bookkeeping on the server where it is full, lost or older than what is known of it: then more is invalidated, and never less. */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { packMoment, packSign, signOf } from '../src/envelope.ts'
import { redisBackend } from '../src/index.ts'
import { openStore } from '../src/open-store.ts'
import { planRedis } from '../src/options.ts'
import { discard } from '../src/removal.ts'
import { listOf, textOf } from '../src/reply.ts'
import { AGE } from '../src/scripts/entry.ts'
import { INVALIDATE, NEWS } from '../src/scripts/marks.ts'

const MOST = 2
const FRESH = 'freshest'

describeWithRedis('the bookkeeping', (url) => {
  function world() {
    const options = { url, prefix: `test:${randomUUID()}:` }
    const admin = new Redis(url)
    const { store, disconnect } = openStore(options, planRedis(options), () => undefined)
    onTestFinished(async () => {
      await admin.unlink(await admin.keys(`${options.prefix}*`))
      admin.disconnect()
      disconnect()
    })
    const [partition] = store.partitions
    if (partition === undefined) throw new Error('a store has at least one partition')
    const open = () => {
      const backend = redisBackend(options)
      const cache = createCache({ backend, ttl: '1h' })
      onTestFinished(() => cache.close())
      return { backend, cache }
    }
    /** As if so few marks were kept. Gives the epoch without its incarnation. */
    const invalidate = async (kind: 't' | 'p', name: string): Promise<string> => {
      const args = [FRESH, String(MOST), String(MOST), kind === 't' ? '1' : '0', kind + name]
      return textOf(await partition.run(INVALIDATE, [], args)).replace(/^\S+ /, '')
    }
    return { admin, store, partition, open, invalidate, prefix: options.prefix }
  }

  test('a tag whose mark had to go is not trusted in what is older', async () => {
    const { open, invalidate } = world()
    const { cache } = open()
    await cache.set('x', 1, { tags: ['x'] })
    await cache.set('none', 1)
    expect(await invalidate('t', 'x')).toBe('1 0 0')
    await cache.set('later', 1, { tags: ['x'] })
    expect(await invalidate('t', 'y')).toBe('2 0 0')
    expect(await invalidate('t', 'z')).toBe('3 0 1')
    const found = await open().cache.getMany(['x', 'none', 'later'])
    expect([...found.keys()]).toEqual(['none', 'later'])
  })

  test('of many that had to go at once, the last says what is not trusted', async () => {
    const { partition, open, invalidate } = world()
    const { cache } = open()
    for (const tag of ['a', 'b', 'c', 'd']) {
      await partition.invalidate([`t${tag}`])
      await cache.set(tag, 1, { tags: ['b'] })
    }
    expect(await invalidate('t', 'e')).toBe('5 0 3')
    const found = await open().cache.getMany(['a', 'b', 'c', 'd'])
    expect([...found.keys()]).toEqual(['c', 'd'])
  })

  test('where the mark of a prefix had to go, nothing older is trusted', async () => {
    const { open, invalidate } = world()
    const { cache } = open()
    await cache.set('x', 1)
    expect(await invalidate('p', 'x')).toBe('1 0 0')
    await cache.set('later', 1)
    expect(await invalidate('p', 'y')).toBe('2 0 0')
    expect(await invalidate('p', 'z')).toBe('3 1 0')
    const found = await open().cache.getMany(['x', 'later'])
    expect([...found.keys()]).toEqual(['later'])
  })

  test('invalidating everything leaves no marks behind', async () => {
    const { admin, prefix, open, invalidate } = world()
    await invalidate('t', 'x')
    await invalidate('p', 'y')
    await open().cache.invalidate({ all: true })
    for (const name of ['tags', 'prefixes']) expect(await admin.zrange(`${prefix}m:${name}`, '0', '-1')).toEqual(['!'])
  })

  test('it tells all where it cannot tell what is new, and of all the newest', async () => {
    const { partition, invalidate } = world()
    const { incarnation } = await partition.moment()
    for (const tag of ['a', 'b']) await invalidate('t', tag)
    expect((await partition.newsSince({ incarnation, count: 1 })).isAll).toBe(false)
    expect((await partition.newsSince({ incarnation, count: 3 })).isAll).toBe(true)
    expect((await partition.newsSince({ incarnation: FRESH, count: 1 })).isAll).toBe(true)
    const told = listOf(await partition.run(NEWS, [], [FRESH, incarnation, '0', '1']))
    expect(told[1]).toBe(1)
    expect(listOf(told[2]).map(textOf)).toEqual(['tb', '2'])
    await invalidate('p', '')
    expect((await partition.newsSince({ incarnation, count: 2 })).isAll).toBe(true)
  })

  test.each([
    ['its tag has been invalidated and forgotten', ['t,x', 't,y', 't,z'], 'superseded'],
    ['a prefix of it has been invalidated', ['p,ke', 't,y'], 'superseded'],
    ['so has only what is not its own', ['t,y', 'p,key and more'], 'stored'],
  ] as const)('a write under a lease where %s since', async (_, targets, outcome) => {
    const { open, invalidate } = world()
    const { cache, backend } = open()
    // What was invalidated before it concerns no lease.
    await invalidate('p', 'k')
    await cache.set('template', 'value', { tags: ['x'] })
    const nowMs = Date.now()
    const seen = await backend.get('template', nowMs)
    if (typeof seen === 'string' || seen.payload.holds !== 'bytes') throw new Error('the template is not there')
    const { encoded } = seen.payload
    const entry = { facts: seen.facts, value: 'value', maxBytes: 1e9, encode: () => encoded }
    const lease = await backend.lease('key', 'exclusive', 60_000, nowMs)
    for (const target of targets) await invalidate(target.startsWith('t') ? 't' : 'p', target.slice(2))
    if (lease === undefined) throw new Error('nobody else holds it')
    expect(await backend.renew(lease, ['x'], 60_000, nowMs)).toBe(outcome === 'stored')
    expect(await backend.set('key', entry, nowMs, lease)).toBe(outcome)
  })

  test('only the very write is told of a later moment, and removed when it has been seen to be over', async () => {
    const { admin, store, partition, open, prefix } = world()
    await open().cache.set('key', 1)
    const name = `${prefix}e:key`
    const bytes = await admin.getBuffer(name)
    if (bytes === null) throw new Error('it has been stored')
    const later = packMoment({ incarnation: FRESH, count: 9 })
    const sign = signOf(bytes)
    const other = sign.replace(/.$/s, (last) => (last === 'x' ? 'y' : 'x'))
    await partition.run(AGE, [name], [later, packSign(other)])
    expect(await admin.getBuffer(name)).toEqual(bytes)
    await partition.run(AGE, [name], [later, packSign(sign)])
    expect((await admin.getBuffer(name))?.subarray(24, 40)).toEqual(later)
    expect(await discard(store, partition, [{ key: 'key', sign: other }], 0, 'expired')).toBe(0)
    expect(await discard(store, partition, [{ key: 'key', sign }], 0, 'expired')).toBe(1)
  })

  test('a set that finds it lost is served all the same, and invalidated as any other', async () => {
    const { admin, open, prefix } = world()
    const { cache } = open()
    await cache.set('before', 1)
    await admin.del(`${prefix}m:epoch`)
    await cache.set('key', 1, { tags: ['t'] })
    expect(await cache.getMany(['before', 'key'])).toEqual(new Map([['key', 1]]))
    await cache.invalidate({ tags: ['t'] })
    expect(await cache.get('key')).toBeUndefined()
  })

  test('a lease from before the bookkeeping was lost holds no more', async () => {
    const { admin, open, prefix } = world()
    const { backend } = open()
    const lease = await backend.lease('key', 'exclusive', 60_000, 0)
    await admin.del(`${prefix}m:epoch`)
    if (lease === undefined) throw new Error('nobody else holds it')
    expect(await backend.renew(lease, [], 60_000, 0)).toBe(false)
  })
})
