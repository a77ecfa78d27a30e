/**
 * Regression: bytes that the caller changed once `set` had returned, and not yet answered, were found torn: sets of one moment were packed at its
 * end, and those before the first answer of the server with that answer.
 */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

describeWithRedis('bytes that are changed behind their set', (url) => {
  const WAYS = [
    ['alone', 1],
    ['together', 3],
  ] as const
  test.for(WAYS.flatMap(([name, count]) => [true, false].map((isFirst) => ({ name, count, isFirst }))))(
    'are stored as they were ($name, the first of the process: $isFirst)',
    async ({ count, isFirst }) => {
      const prefix = `test:${randomUUID()}:`
      const backend = redisBackend({ url, prefix, timeout: '10s' })
      const cache = createCache({ backend, ttl: '1h', backendTimeout: '10s' })
      onTestFinished(async () => {
        await cache.close()
        const admin = new Redis(url)
        await admin.unlink(await admin.keys(`${prefix}*`))
        admin.disconnect()
      })
      if (!isFirst) await cache.set('before', 1)
      const values = Array.from({ length: count }, (_, at) => Buffer.alloc(1_000, at))
      const sets = values.map((value, at) => cache.set(`${at}`, value))
      for (const value of values) value.fill(255)
      expect(await Promise.all(sets)).toEqual(values.map(() => ({ outcome: 'stored' })))
      for (const at of values.keys()) expect(await cache.get(`${at}`)).toEqual(Buffer.alloc(1_000, at))
    },
  )
})
