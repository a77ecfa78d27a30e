/** A cache on a Redis server, by its URL and the beginning of its keys. */
import { join } from 'node:path'
import { createCache } from '@stowage/core'
import { redisBackend } from '@stowage/redis'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { missingIn } from './killed-moves.ts'
import { backendAt, filledStore, tempFolder } from './stores.ts'
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
  test('is exported from and imported into', async () => {
    const from = await filledStore('sqlite', async (cache) => {
      for (let n = 0; n < 300; n++) await cache.set(['row', n], { n }, { tags: [`t${n % 3}`] })
    })
    const [first, second] = [join(tempFolder(), 'first.ndjson'), join(tempFolder(), 'second.ndjson')]
    const prefix = `cli-${crypto.randomUUID()}:`
    onTestFinished(async () => {
      await stowage(['invalidate', url, '--redis-prefix', prefix, '--all', '--yes'])
      await stowage(['sweep', url, '--redis-prefix', prefix])
    })
    await stowage(['export', from, first])
    const importing = ['import', url, first, '--redis-prefix', prefix]
    expect(await stowageJson(importing)).toEqual([expect.objectContaining({ stored: 300 })])
    expect(await stowageJson(importing)).toEqual([expect.objectContaining({ stored: 0, there: 300 })])
    await stowage(['export', url, second, '--redis-prefix', prefix])
    const to = join(tempFolder(), 'to')
    expect(await stowageJson(['import', to, second, '--create', 'fs'])).toEqual([
      expect.objectContaining({ stored: 300 }),
    ])
    const backends = [backendAt('sqlite', from), backendAt('fs', to)] as const
    onTestFinished(async () => {
      for (const backend of backends) await backend.close()
    })
    expect(await missingIn(backends[1], backends[0])).toEqual([])
  })
})
