/** Regression: a sweep left a lease behind an expired entry to the server for as long as it lasts, without the grace it was taken with. */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

describeWithRedis('a lease behind an entry that is swept', (url) => {
  test('is kept as long as one on an empty key', async () => {
    const prefix = `test:${randomUUID()}:`
    const backend = redisBackend({ url, prefix })
    const nowMs = Date.now()
    const late = createCache({
      backend,
      ttl: '1h',
      clock: { nowMs: () => nowMs + 3_600_000, schedule: () => () => undefined },
    })
    const cache = createCache({ backend, ttl: '1h', clock: { nowMs: () => nowMs, schedule: () => () => undefined } })
    const admin = new Redis(url)
    onTestFinished(async () => {
      await admin.unlink(await admin.keys(`${prefix}*`))
      admin.disconnect()
      await cache.close()
      await late.close()
    })
    await cache.set('key', 1)
    expect(await backend.lease('key', 'fence', 10, nowMs + 3_600_000)).toBeDefined()
    expect(await late.sweep()).toMatchObject({ expired: 1 })
    expect(await admin.pttl(`${prefix}e:key`)).toBeGreaterThan(500)
  })
})
