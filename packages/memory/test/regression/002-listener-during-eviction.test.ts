// Evictions were reported in the middle of a write: a listener that used the cache corrupted it.
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test('a listener may read and write the cache it listens to', async () => {
  const cache = createCache({ backend: memoryBackend({ maxEntries: 5 }), ttl: '1h', clock: createFakeClock() })
  let writes = 0
  cache.on('removal', ({ key }) => {
    void cache.get(key)
    void cache.peek('key 3')
    if (writes++ < 10) void cache.set(`again ${key}`, 1)
  })
  for (let at = 0; at < 8; at++) await cache.set(`key ${at}`, at)
  const listed = await Array.fromAsync(cache.keys())
  expect((await cache.usage()).entries).toBe(listed.length)
  await cache.invalidate({ prefix: 'key' })
  expect((await Array.fromAsync(cache.keys())).every((key) => String(key).startsWith('again'))).toBe(true)
})
