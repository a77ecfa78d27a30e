/** The commands that docs/operations.md lists are enough, and are not more than is needed to keep others' keys from us. */
import { readFileSync } from 'node:fs'
import { createCache } from '@stowage/core'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisBackend, redisBus } from '../src/index.ts'

const search = await findRedisBinary()

/** The rule as the page states it. */
function statedRule(): string[] {
  const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
  const rule = /ACL SETUSER (shop [\s\S]*?)```/.exec(page)?.[1]
  if (rule === undefined) throw new Error('the page states no rule')
  return rule.trim().split(/\s+/)
}

describe.skipIf(!search.found)('a user with the stated permissions', () => {
  test('can do everything, and is refused nothing', { timeout: 60_000 }, async () => {
    await using server = await startRedis()
    const admin = new Redis(server.url)
    admin.on('error', () => undefined)
    onTestFinished(() => admin.disconnect())
    await admin.call('acl', ['setuser', ...statedRule()])
    const options = { url: `redis://shop:password@127.0.0.1:${server.port}`, prefix: 'shop:' }
    const backend = redisBackend(options)
    const bus = redisBus(options)
    onTestFinished(() => bus.close())
    const cache = createCache({ backend, ttl: '1h' })
    onTestFinished(() => cache.close())
    const gaps: unknown[] = []
    backend.watch((change) => gaps.push(change))
    await cache.set('key', 1, { tags: ['t'] })
    expect(await cache.getOrSet('loaded', () => 2, { tags: ['t'], singleFlight: 'shared' })).toBe(2)
    expect(await cache.increment('count')).toBe(1)
    expect(await cache.touch('key', '2h')).toBe(true)
    expect(await cache.take('key')).toBe(1)
    await cache.invalidate({ tags: ['t'] })
    await cache.invalidate({ prefix: 'p' })
    await cache.invalidate({ pattern: 'c*' })
    await cache.invalidate({ all: true })
    await cache.sweep()
    await cache.check({ repair: true })
    await expect.poll(() => gaps.length, { timeout: 10_000 }).toBeGreaterThan(0)
    const range = { from: '', to: undefined }
    backend.spaces.watch('jobs', () => gaps.push('told'))
    const changes = [
      { do: 'put', key: 'a', value: '', moveCount: 0 },
      { do: 'append', prefix: 'b', value: '' },
      { do: 'add', key: 'c', by: 1, max: 1 },
      { do: 'move', range, limit: 1, aheadFrom: undefined, cut: 0, into: 'd', isCounted: true },
      { do: 'delete', key: 'c' },
    ] as const
    await backend.spaces.commit('jobs', { expect: [{ key: 'a', version: 0 }], changes, isTold: true }, 0)
    await backend.spaces.get('jobs', ['a'])
    for (const isReversed of [true, false]) await backend.spaces.scan('jobs', { ...range, limit: 1, isReversed })
    expect(await backend.spaces.count('jobs', range)).toBe(2)
    expect(await backend.spaces.names()).toEqual(['jobs'])
    await expect.poll(() => gaps.includes('told'), { timeout: 10_000 }).toBe(true)
    await backend.spaces.drop('jobs')
    const heard: unknown[] = []
    bus.subscribe((message) => heard.push(message))
    await expect.poll(() => bus.publish({ origin: '', change: { all: true } })).toBeUndefined()
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(0)
    expect(cache.stats().faults).toBe(0)
    expect(JSON.stringify(await admin.call('acl', ['log']))).toBe('[]')
  })
})
