/**
 * Regression: what waited for the connection when a bus or a backend was closed was never sent, although the connection came: a message that a
 * short-lived process had published was told to nobody.
 */
import { type BusMessage, createCache } from '@stowage/core'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisBackend, redisBus } from '../../src/index.ts'

const search = await findRedisBinary()
const MESSAGE: BusMessage = { origin: 'one', change: { keys: ['a'] } }

describe.skipIf(!search.found)('what is asked for before there is a connection', { timeout: 30_000 }, () => {
  test('is sent by a bus that is closed at once', async () => {
    await using server = await startRedis()
    const other = redisBus({ url: server.url })
    onTestFinished(() => other.close())
    const heard: BusMessage[] = []
    other.subscribe((message) => heard.push(message))
    await new Promise<void>((resolve) => {
      other.onGap((gap) => gap === 'over' && resolve())
    })

    const bus = redisBus({ url: server.url })
    const publishing = bus.publish(MESSAGE)
    await bus.close()
    await publishing
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual([MESSAGE])
  })

  test('is sent by a backend that is closed at once', async () => {
    await using server = await startRedis()
    const cache = createCache({ backend: redisBackend({ url: server.url }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await expect.poll(async () => (await cache.set('key', 1)).outcome).toBe('stored')

    const backend = redisBackend({ url: server.url })
    const invalidating = backend.invalidate({ all: true }, Date.now())
    await backend.close()
    await invalidating
    expect(await cache.get('key')).toBeUndefined()
  })
})
