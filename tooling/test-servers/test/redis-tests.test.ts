/** The server of the run, the way a backend's tests meet it. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { describeWithRedis, redisUrl } from '../src/index.ts'

test('the run was told of a server or of the reason why there is none', () => {
  const redis = inject('redis')
  if ('url' in redis) expect(redisUrl()).toBe(redis.url)
  else expect(redis.skipReason).not.toBe('')
})

describeWithRedis('the Redis of the run', (url) => {
  const key = `test-servers:${randomUUID()}`
  let client: Redis
  beforeAll(() => {
    client = new Redis(url)
  })
  afterAll(async () => {
    await client.del(key)
    client.disconnect()
  })

  test('answers PING, SET and GET', async () => {
    expect(await client.ping()).toBe('PONG')
    expect(await client.set(key, 'value', 'PX', 60_000)).toBe('OK')
    expect(await client.get(key)).toBe('value')
  })

  test('is a Redis of version 6 or later, or a Valkey', async () => {
    const major = Number(/redis_version:(\d+)/.exec(await client.info('server'))?.[1])
    expect(major).toBeGreaterThanOrEqual(6)
  })
})
