// Written behind, a load that began before a `set` and ended just after it replaced the queued write; so did add, update and take.
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const memory = () => memoryBackend({ maxEntries: 9 })
const turn = () => new Promise(setImmediate)

const steps: Record<string, (cache: Cache, begun: Promise<void>) => Promise<unknown>> = {
  getOrSet: (cache, begun) => cache.getOrSet('key', () => begun.then(() => 'older')),
  'near getOrSet': (cache, begun) => cache.getOrSet('key', () => begun.then(() => 'older'), { tier: 'near' }),
  add: (cache, begun) => begun.then(() => cache.add('key', 'older')),
  update: (cache, begun) => cache.update('key', (old) => begun.then(() => old ?? 'older')),
}

/** Steps after whose end the write begins: all moments between a loaded value and its being stored. */
const MOMENTS = 24

test.each(Object.keys(steps))('%s does not overwrite a set of the same moment', async (name) => {
  for (let moment = 0; moment < MOMENTS; moment++) {
    const clock = createFakeClock()
    const cache = createCache({
      backend: hybridBackend({ tiers: [memory(), memory()], write: 'behind', clock }),
      ttl: '1h',
      clock,
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    const step = steps[name]?.(cache, promise)
    await turn()
    resolve()
    for (let at = 0; at < moment; at++) await Promise.resolve()
    const outcome = await cache.set('key', 'newer')
    await step
    expect.soft([moment, outcome, await cache.get('key')]).toEqual([moment, { outcome: 'stored' }, 'newer'])
    clock.advanceMs(1_000)
    for (let at = 0; at < 5; at++) await turn()
    expect.soft([moment, await cache.get('key')]).toEqual([moment, 'newer'])
  }
})
