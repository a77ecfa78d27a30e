/**
 * Regression: what was changed in the 5 s before a new master came was made good, and not what was changed in the 5 s before the old one was
 * lost. By the defaults of Sentinel and Cluster the new one takes longer, so that what it lacked came back.
 */
import { createCache } from '@stowage/core'
import { findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()
const OUTAGE_MS = 30_000

function adminOf(url: string): Redis {
  const admin = new Redis(url)
  admin.on('error', () => undefined)
  onTestFinished(() => admin.disconnect())
  return admin
}

describe.skipIf(!search.found)('a new master that comes late', { timeout: 60_000 }, () => {
  test('does not bring back what was changed before the old one was lost', async () => {
    const old = await startRedis()
    await using proxy = await startProxy(old.port)
    const cache = createCache({ backend: redisBackend({ url: proxy.url }), ttl: '1h' })
    onTestFinished(() => cache.close())
    for (const key of ['deleted', 'replaced', 'ns kept', 'untouched']) await cache.set(key, 'old')
    await cache.set('tagged', 'old', { tags: ['t'] })
    const source = adminOf(old.url)
    const names = await source.keys('*')
    const dumps = await Promise.all(names.map((name) => source.dumpBuffer(name)))
    // None of it is anybody's recent change.
    let aheadMs = OUTAGE_MS
    const nowMs = performance.now.bind(performance)
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs() + aheadMs)
    onTestFinished(() => clock.mockRestore())
    await cache.delete('deleted')
    await cache.set('replaced', 'new')
    await cache.invalidate({ tags: ['t'] })
    await cache.invalidate({ prefix: 'ns' })

    proxy.become({ isSilent: true })
    await old.stop()
    await using next = await startRedis({ choosePort: async () => old.port })
    const target = adminOf(next.url)
    for (const [at, name] of names.entries()) await target.restore(name, 0, dumps[at] ?? '')
    aheadMs += OUTAGE_MS
    proxy.become({})
    await expect.poll(() => cache.get('untouched'), { timeout: 20_000 }).toBe('old')
    for (const key of ['deleted', 'replaced', 'tagged', 'ns kept']) expect(await cache.get(key), key).toBeUndefined()
  })
})
