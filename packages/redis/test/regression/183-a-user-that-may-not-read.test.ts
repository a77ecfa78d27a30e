/** Regression: what a user was not permitted to read was taken for what is not there: each call began the bookkeeping anew, and everybody's entries with it. */
import { createCache } from '@stowage/core'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()

describe.skipIf(!search.found)('a user without one permission to read', () => {
  test.each(['get', 'getrange', 'zscore'])(
    '%s is refused its steps, and leaves the others their entries',
    async (command) => {
      await using server = await startRedis()
      const admin = new Redis(server.url)
      onTestFinished(() => admin.disconnect())
      await admin.call('acl', ['setuser', 'shop', 'on', '>password', '~*', '+@all', `-${command}`])
      const others = cacheOf(server.url)
      await others.set('key', 'value', { tags: ['tag'] })
      const own = cacheOf(`redis://shop:password@127.0.0.1:${server.port}`)
      await expect(own.increment('count')).rejects.toThrow(/permission|can't run/i)
      expect(await others.get('key')).toBe('value')
    },
  )
})

function cacheOf(url: string) {
  const cache = createCache({ backend: redisBackend({ url }), ttl: '1h' })
  onTestFinished(() => cache.close())
  return cache
}
