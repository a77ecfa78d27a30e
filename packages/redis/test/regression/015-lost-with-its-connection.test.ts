/**
 * Regression: what was under way on a connection that was lost waited for as long as a call may take, though it was known at once that no answer
 * would come: a read was a miss after half a second and not after none.
 */
import { findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()

describe.skipIf(!search.found)('a call that is under way when its connection is lost', { timeout: 30_000 }, () => {
  test('is told so at once, and not when its time is over', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const backend = redisBackend({ url: proxy.url, timeout: '10s' })
    onTestFinished(() => backend.close())
    await backend.get('key', 0)
    const admin = new Redis(server.url)
    onTestFinished(() => admin.disconnect())
    proxy.become({ isSilent: true })
    const told = Promise.allSettled([backend.get('key', 0), backend.delete('key', 0, undefined)])
    await admin.call('client', ['kill', 'type', 'normal'])
    proxy.become({})
    const texts = (await told).map((call) => (call.status === 'rejected' ? String(call.reason) : 'an answer'))
    expect(texts).toEqual([expect.stringContaining('the server closed it'), expect.stringContaining('closed it')])
    expect(texts.join()).not.toContain('took longer')
    expect(await backend.get('key', 0)).toBe('absent')
  })
})
