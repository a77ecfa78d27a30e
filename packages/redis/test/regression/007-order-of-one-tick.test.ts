/** Regression: a lone set behind a full batch of the same tick was sent before it, so that the older of two values stayed. */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

/** As many writes as go to the server together. */
const BATCH_COUNT = 128

describeWithRedis('two sets of one key in one tick', (url) => {
  test('are carried out in their order, though the first fills a batch and the second is alone in the next', async () => {
    const cache = createCache({ backend: redisBackend({ url, prefix: `test:${randomUUID()}:` }), ttl: '1m' })
    onTestFinished(() => cache.close())
    // The first sets of a process learn the epoch and the script.
    await Promise.all([cache.set('key', 'first'), cache.set('other', 'first')])
    const others = Array.from({ length: BATCH_COUNT - 1 }, (_, at) => `other${at}`)
    const sets = [cache.set('key', 'older'), ...others.map((key) => cache.set(key, 1)), cache.set('key', 'newer')]
    await Promise.all(sets)
    expect(await cache.get('key')).toBe('newer')
    await cache.invalidate({ all: true })
    await cache.sweep()
  })
})
