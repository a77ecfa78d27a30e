/**
 * Regression: where one of many sets of a moment failed alone, because what was to be removed or corrected for it was not, all of them were told that
 * they had failed, and the breaker opened.
 */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { AGE, REMOVE } from '../../src/scripts/entry.ts'

const STORED = { outcome: 'stored' }
const FAILED = { outcome: 'refused', reason: 'fault' }

describeWithRedis('one of many sets that fails', (url) => {
  function world() {
    const prefix = `test:${randomUUID()}:`
    const client = new Redis(url)
    onTestFinished(async () => {
      await client.unlink(await client.keys(`${prefix}*`))
      client.disconnect()
    })
    const open = (own: Redis | undefined) => {
      const backend = redisBackend({ ...(own === undefined ? { url } : { client: own }), prefix, timeout: '10s' })
      const cache = createCache({ backend, ttl: '1h', backendTimeout: '10s', maxEntryBytes: 1_000 })
      onTestFinished(() => cache.close())
      return cache
    }
    return { client, cache: open(client), other: () => open(undefined) }
  }

  /** As a server would that refuses this script on the entry. */
  function refuse(client: Redis, script: string, isOf: (args: readonly unknown[]) => boolean): void {
    const call = client.callBuffer.bind(client)
    vi.spyOn(client, 'callBuffer').mockImplementation((...args) =>
      args.includes(script) && isOf(args) ? Promise.reject(new Error('BUSY')) : call(...args),
    )
  }

  test('its removal', async () => {
    const { client, cache } = world()
    await cache.set('a', 'older')
    refuse(client, REMOVE.text, () => true)
    const values = [['a', 'newer'], ['b', 'x'.repeat(2_000)], ...[...'cdef'].map((key) => [key, key])] as const
    const outcomes = await Promise.all(values.map(([key, value]) => cache.set(String(key), value)))
    expect(outcomes).toEqual([STORED, FAILED, STORED, STORED, STORED, STORED])
    expect(await cache.get('a')).toBe('newer')
    expect(cache.stats()).toMatchObject({ faults: 1, breakerOpenings: 0 })
  })

  test('its correction', async () => {
    const { client, cache, other } = world()
    await cache.set('a', 'older')
    await other().invalidate({ tags: ['t'] })
    refuse(client, AGE.sha ?? '', (args) => args.some((arg) => String(arg).endsWith('b')))
    const outcomes = await Promise.all([...'abcdef'].map((key) => cache.set(key, key)))
    expect(outcomes).toEqual([STORED, FAILED, STORED, STORED, STORED, STORED])
    expect(cache.stats()).toMatchObject({ faults: 1, breakerOpenings: 0 })
  })
})
