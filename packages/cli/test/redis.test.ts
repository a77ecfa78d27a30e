/** A cache on a Redis server, by its URL and the beginning of its keys. */
import { createCache } from '@stowage/core'
import { redisBackend } from '@stowage/redis'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { stowage, stowageJson } from './stowage.ts'

describeWithRedis('redis', (url) => {
  test('is looked at, changed and looked after like the others', async () => {
    const prefix = `cli-${crypto.randomUUID()}:`
    const cache = createCache({ backend: redisBackend({ url, prefix }), ttl: '1h', onFault: 'throw' })
    onTestFinished(async () => {
      await cache.invalidate({ all: true })
      await cache.close()
    })
    await expect.poll(() => cache.set('a', { n: 1 }, { tags: ['t'] }).catch(() => undefined)).toBeDefined()
    const at = [url, '--redis-prefix', prefix]
    expect(await stowageJson(['stats', ...at])).toEqual([expect.objectContaining({ backend: 'redis', entryCount: 1 })])
    expect(await stowageJson(['keys', ...at])).toEqual([expect.objectContaining({ key: 'a', tags: ['t'] })])
    expect((await stowage(['get', ...at, 'a'])).out).toBe('{\n  "n": 1\n}\n')
    expect(await stowage(['set', ...at, 'b', 'text', '--ttl', '1h'])).toMatchObject({ code: 0 })
    expect(await cache.get('b')).toBe('text')
    expect(await stowage(['invalidate', ...at, '--tag', 't', '--yes'])).toMatchObject({ code: 0 })
    expect(await cache.get('a')).toBe(undefined)
    expect(await stowage(['check', ...at])).toMatchObject({ code: 0 })
    expect(await stowage(['sweep', ...at])).toMatchObject({ code: 0 })
    expect(await stowage(['delete', ...at, 'b', '--yes'])).toMatchObject({ code: 0 })
    expect(await cache.has('b')).toBe(false)
  })
})
