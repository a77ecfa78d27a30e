/**
 * Regression: where a client of the user's own gave up by itself the question which number a connection has (`commandTimeout`, behind a slow line), nobody asked
 * again: when that connection was lost it was not ended on the server, and what was still on its way on it brought back a deleted key.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { createCache } from '@stowage/core'
import { adminOf, findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()
const SOON = { timeout: 20_000, interval: 20 }
const COMMAND_TIMEOUT_MS = 300

describe.skipIf(!search.found)('a connection whose number was told too late', { timeout: 60_000 }, () => {
  test('brings nothing after what the next one brought', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    proxy.become({ delayMs: COMMAND_TIMEOUT_MS + 50 })
    const client = new Redis({
      port: proxy.port,
      // Nothing is asked by the client itself, so that it is ready at once.
      protocol: 2,
      enableReadyCheck: false,
      disableClientInfo: true,
      commandTimeout: COMMAND_TIMEOUT_MS,
      socketTimeout: 10_000,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: () => 20,
    })
    client.on('error', () => undefined)
    onTestFinished(() => client.disconnect())
    const cache = createCache({ backend: redisBackend({ client }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await cache.get('key')
    proxy.become({})
    await vi.waitFor(async () => expect((await cache.set('key', 'first')).outcome).toBe('stored'), SOON)

    proxy.become({ isHeld: true, isNewFree: true })
    expect((await cache.set('key', 'old')).outcome).toBe('refused')
    client.disconnect(true)
    await vi.waitFor(async () => expect((await cache.set('key', 'new')).outcome).toBe('stored'), SOON)
    await cache.delete('key')
    expect(await cache.get('key')).toBeUndefined()

    proxy.become({})
    for (let turns = 0; turns < 100; turns++) await turn()
    using admin = adminOf(server.port)
    await admin.ask('ping')
    expect(await cache.get('key')).toBeUndefined()
  })
})
