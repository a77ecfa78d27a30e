// A tag marker dropped under pressure came back as version 0: a load older than its invalidation could store its value.
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test('a load that began before the invalidation stays fenced, whatever happens to the table of tags', async () => {
  const cache = createCache({ backend: memoryBackend({ maxEntries: 20_000 }), ttl: '1h', clock: createFakeClock() })
  let finish = (_: string) => {}
  const loading = cache.getOrSet('key', () => new Promise<string>((resolve) => (finish = resolve)), { tags: ['t'] })
  await new Promise(setImmediate)
  await cache.invalidate({ tags: ['t'] })
  for (let at = 0; at < 10_001; at++) await cache.invalidate({ tags: [`session ${at}`] })
  await cache.set('another', 1, { tags: ['t'] })
  finish('old')
  expect(await loading).toBe('old')
  expect(await cache.get('key')).toBeUndefined()
})
