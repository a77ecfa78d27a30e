/** A line that goes silent, slow or dead in the middle of an answer (R8, R9), and what an old connection may still bring. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { createCache } from '@stowage/core'
import { findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { beginTrial, lasting } from './trial.ts'

/** Long enough for a busy machine. */
const SOON = { timeout: 20_000 }

const search = await findRedisBinary()

describe.skipIf(!search.found)('a line in trouble', { timeout: 60_000 }, () => {
  test('R8: one that is silent in both directions is given up and replaced', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const trial = beginTrial({ url: proxy.url })
    await trial.reads(1_000)
    proxy.become({ isSilent: true })
    await lasting(2_000)
    proxy.become({})
    await trial.recovers()
    await trial.ends()
    expect(proxy.connectionCount).toBeGreaterThan(1)
  })

  test('R8: answers that are cut in half are no answers, and none is taken for that of another call', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const trial = beginTrial({ url: proxy.url })
    for (let cuts = 1; cuts <= 10; cuts++) {
      await trial.recovers()
      proxy.become({ cutAfterBytes: 1_000 + 37 * cuts })
      await vi.waitFor(() => expect(proxy.connectionCount).toBeGreaterThan(cuts), { timeout: 10_000 })
    }
    await trial.recovers()
    await trial.ends()
  })

  test.each([50, 200])('R9: one that is %i ms long is used all the same', async (delayMs) => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const trial = beginTrial({ url: proxy.url })
    await trial.reads(100)
    proxy.become({ delayMs })
    await trial.recovers()
    await trial.ends()
  })

  test('R9: one that is longer than a call may take costs loads, and nothing else', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const trial = beginTrial({ url: proxy.url })
    await trial.reads(100)
    proxy.become({ delayMs: 1_000 })
    await lasting(2_500)
    await trial.reads(100)
    proxy.become({})
    await trial.recovers()
    await trial.ends()
  })

  test('R9: an operation of several trips takes no longer than one', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const [far, near] = [redisBackend({ url: proxy.url, timeout: 300 }), redisBackend({ url: server.url })]
    const [cache, other] = [createCache({ backend: far, ttl: '1h' }), createCache({ backend: near, ttl: '1h' })]
    onTestFinished(() => cache.close())
    onTestFinished(() => other.close())
    await cache.set('key', 1)
    await other.invalidate({ tags: ['t'] })
    proxy.become({ delayMs: 250 })
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const begunMs = performance.now()
    await expect(async () => far.get('key', Date.now())).rejects.toThrow('backend took longer than 300 ms')
    const tookMs = performance.now() - begunMs
    delay.disable()
    expect(tookMs).toBeLessThan(450 + delay.max / 1e6)
  })

  test("R13: what a client of the user's own cannot send in time is never sent", async () => {
    const first = await startRedis()
    const client = new Redis(first.url, { retryStrategy: () => 100, maxRetriesPerRequest: null })
    client.on('error', () => undefined)
    onTestFinished(() => client.disconnect())
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const cache = createCache({ backend: redisBackend({ client, timeout: 100 }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await vi.waitFor(async () => expect((await cache.set('other', 1)).outcome).toBe('stored'), SOON)
    await first.stop()
    // Large enough for a plain SET: a script the new server would not know.
    expect((await cache.set('key', 'x'.repeat(20_000))).outcome).toBe('refused')
    await using second = await startRedis({ choosePort: async () => first.port })
    await vi.waitFor(() => expect(client.status).toBe('ready'), SOON)
    await client.ping()
    const admin = new Redis(second.url)
    admin.on('error', () => undefined)
    onTestFinished(() => admin.disconnect())
    expect(await admin.keys('*e:*')).toEqual([])
  })

  test('R13: what was sent on a lost connection is not carried out after what the next one brought', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const backend = redisBackend({ url: proxy.url, timeout: 200 })
    const cache = createCache({ backend, ttl: '1h' })
    onTestFinished(() => cache.close())
    await cache.set('key', 'first')
    const admin = new Redis(server.url)
    admin.on('error', () => undefined)
    onTestFinished(() => admin.disconnect())
    proxy.become({ isHeld: true })
    expect((await cache.set('key', 'old')).outcome).toBe('refused')
    await vi.waitFor(() => expect(proxy.connectionCount).toBeGreaterThan(1), SOON)
    // Another client, on another line: the truth has moved on.
    const other = createCache({ backend: redisBackend({ url: server.url }), ttl: '1h' })
    onTestFinished(() => other.close())
    // The new connection gets through; what the old one had under way arrives last.
    proxy.become({ isHeld: true, isNewFree: true })
    await vi.waitFor(async () => expect((await cache.set('key', 'new')).outcome).toBe('stored'), SOON)
    proxy.become({})
    for (let turns = 0; turns < 100; turns++) await turn()
    await admin.ping()
    expect(await other.get('key')).toBe('new')
  })
})
