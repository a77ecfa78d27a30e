/**
 * Regression: each cache listened to its client by itself, so that with the eleventh on one client Node warned of a leak, once for each
 * event.
 */
import { createCache } from '@stowage/core'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()
const EVENTS = ['ready', 'close', 'end', 'error', 'node error']

describe.skipIf(!search.found)('thirty caches of one client', () => {
  test('are no leak, and leave nothing behind', async () => {
    await using server = await startRedis()
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const client = new Redis(server.url)
    onTestFinished(() => client.disconnect())
    client.on('error', () => undefined)
    const listenerCounts = () => EVENTS.map((event) => client.listenerCount(event))
    const before = listenerCounts()
    const caches = Array.from({ length: 30 }, (_, at) =>
      createCache({ backend: redisBackend({ client, prefix: `${at}:`, timeout: '10s' }), ttl: '1m', onFault: 'throw' }),
    )
    await Promise.all(caches.map((cache, at) => cache.set('key', at)))
    client.disconnect(true)
    for (const [at, cache] of caches.entries()) expect(await cache.get('key')).toBe(at)
    const said = warn.mock.calls.map(([warning]) => String(warning)).filter((text) => text.includes('leak'))
    expect(said).toEqual([])
    for (const cache of caches) await cache.close()
    expect(listenerCounts()).toEqual(before)
  })
})
