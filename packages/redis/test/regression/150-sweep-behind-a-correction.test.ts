/**
 * Regression: a sweep that had seen a set before it was told that it is as of a later moment removed it afterwards: an entry that was stored, and valid by
 * then, was gone.
 */
import { createCache } from '@stowage/core'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { AGE, DISCARD } from '../../src/scripts/entry.ts'
import type { Script } from '../../src/scripts/script.ts'

const search = await findRedisBinary()
const SETTINGS = { commandTimeout: 5_000, socketTimeout: 10_000, maxRetriesPerRequest: 0 }

/** A cache, and when it has come to send a script, which is not sent before `go`. */
function openHeld(url: string, { sha }: Script) {
  const client = new Redis(url, { ...SETTINGS, autoResendUnfulfilledCommands: false })
  const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const send = client.callBuffer.bind(client)
  vi.spyOn(client, 'callBuffer').mockImplementation(async (...command) => {
    if (command[1] === sha) {
      reached.resolve()
      await held.promise
    }
    return send(...command)
  })
  const cache = createCache({ backend: redisBackend({ client, timeout: '5s' }), ttl: '1h' })
  onTestFinished(async () => {
    await cache.close()
    client.disconnect()
  })
  return { cache, reached: reached.promise, go: () => held.resolve() }
}

describe.skipIf(!search.found)('a set that did not know of an invalidation', { timeout: 60_000 }, () => {
  test('is left alone by a sweep that saw it before it was corrected', async () => {
    await using server = await startRedis()
    const writer = openHeld(server.url, AGE)
    const sweeper = openHeld(server.url, DISCARD)
    // The moment of before is what the writer knows.
    await writer.cache.set('before', 1)
    await sweeper.cache.invalidate({ all: true })
    const setting = writer.cache.set('key', 1)
    await writer.reached
    const sweeping = sweeper.cache.sweep()
    await sweeper.reached
    writer.go()
    expect((await setting).outcome).toBe('stored')
    sweeper.go()
    expect(await sweeping).toMatchObject({ invalidated: 1 })
    expect(await writer.cache.get('key')).toBe(1)
  })
})
