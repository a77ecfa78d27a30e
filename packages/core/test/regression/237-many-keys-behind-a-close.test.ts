/** Regression: a getMany on its way failed with "used after close()" when the cache was closed, which is to wait for it. */
import { createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

/** As keys take that have more in them: the loop turns between slices of them. */
function dear(at: number): readonly [{ readonly at: number }] {
  return [
    {
      get at() {
        for (const begunAtMs = performance.now(); performance.now() - begunAtMs < 0.1; );
        return at
      },
    },
  ]
}

test.each(['values', 'bytes'] as const)('it is answered, and the cache is closed behind it: %s', async (holds) => {
  const cache = createCache({ backend: new ReferenceBackend({ holds }), ttl: '1m' })
  const keys = Array.from({ length: 200 }, (_, at) => dear(at))
  await cache.setMany(keys.map((key) => [key, 'kept'] as const))
  const found = cache.getMany(keys)
  const closing = cache.close()
  await expect(cache.getMany(keys)).rejects.toThrow(/used after close/)
  expect((await found).size).toBe(200)
  await closing
})

test('it counts as a call on its way, and as none when it is over', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1m' })
  const found = cache.getMany(['a', 'b'])
  expect(cache.stats().queues.calls).toBe(1)
  await found
  expect(cache.stats().queues.calls).toBe(0)
  await cache.close()
})
