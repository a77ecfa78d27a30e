/** Regression: an answer that is no list threw where nobody listened. The process ended, or the read hung until core gave up on it. */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

describeWithRedis('a client in the middle of somebody else’s MULTI', (url) => {
  test('makes reads fail at once, and they work again after it', async () => {
    const client = new Redis(url, {
      commandTimeout: 5_000,
      socketTimeout: 5_000,
      maxRetriesPerRequest: 1,
      autoResendUnfulfilledCommands: false,
    })
    onTestFinished(() => client.disconnect())
    const prefix = `test:${randomUUID()}:`
    const cache = createCache({ backend: redisBackend({ client, prefix }), ttl: '1m', onFault: 'throw' })
    onTestFinished(() => cache.close())
    await cache.set('key', 1)
    await client.multi({ pipeline: false })
    await expect(cache.get('key')).rejects.toThrow(/instead of a list/)
    await client.discard()
    expect(await cache.get('key')).toBe(1)
    await cache.delete('key')
  })
})
