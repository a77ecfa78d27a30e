/** Values that are too large, and values that are merely large (R11): refused before they are sent, and in nobody's way. */
import { createCache } from '@stowage/core'
import { adminOf, findRedisBinary, startRedis } from '@stowage/test-servers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()
const LARGE_BYTES = 64_000_000

describe.skipIf(!search.found)('a large value', { timeout: 60_000 }, () => {
  test('R11: one above the limit is refused before it is sent, and takes the older value with it', async () => {
    await using server = await startRedis()
    using admin = adminOf(server.port)
    const receivedBytes = async () =>
      Number(/total_net_input_bytes:(\d+)/.exec(await admin.ask('info', 'stats'))?.[1] ?? Number.NaN)
    const cache = createCache({ backend: redisBackend({ url: server.url }), ttl: '1h', maxEntryBytes: '1MB' })
    onTestFinished(() => cache.close())
    await cache.set('key', 'older')
    const beforeBytes = await receivedBytes()
    expect(await cache.set('key', 'x'.repeat(2_000_000))).toEqual({ outcome: 'refused', reason: 'too-large' })
    expect(await cache.getOrSet('loaded', () => 'x'.repeat(2_000_000))).toHaveLength(2_000_000)
    expect((await receivedBytes()) - beforeBytes).toBeLessThan(20_000)
    expect(await cache.get('key')).toBeUndefined()
  })

  test('R11: while one of 64 MB is written and read, others are answered in time', async () => {
    await using server = await startRedis()
    const open = (timeout: number) => {
      const backend = redisBackend({ url: server.url, timeout })
      const cache = createCache({ backend, ttl: '1h', backendTimeout: '30s' })
      onTestFinished(() => cache.close())
      return cache
    }
    const [large, other] = [open(30_000), open(5_000)]
    await other.set('small', 1)
    const value = Buffer.alloc(LARGE_BYTES, 'large')
    let isDone = false
    const passing = (async () => {
      expect(await large.set('large', value)).toEqual({ outcome: 'stored' })
      const found = await large.get<Buffer>('large')
      expect(found !== undefined && value.equals(found)).toBe(true)
    })().finally(() => {
      isDone = true
    })
    let readCount = 0
    for (; !isDone; readCount++) expect(await other.get('small')).toBe(1)
    await passing
    expect(readCount).toBeGreaterThan(0)
    expect(other.stats().faults).toBe(0)
  })
})
