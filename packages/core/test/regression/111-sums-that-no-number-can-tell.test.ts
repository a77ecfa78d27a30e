/** Regression: an increment to more than a number can tell stored Infinity, and every increment after it gave that. */
import { createCache, UsageError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

const LARGE = 1.7e308

test.each(['bytes', 'values'] as const)('such a sum is refused, and what was there stays: %s', async (holds) => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend({ holds }), ttl: '1m', clock })
  for (const by of [LARGE, -LARGE]) {
    await cache.set('count', 0)
    expect(await cache.increment('count', by)).toBe(by)
    const over = cache.increment('count', by)
    await expect(over).rejects.toThrow(UsageError)
    await expect(over).rejects.toThrow(
      /^increment: .* to what is stored there is more than a number can tell; allowed: sums up to 1\.79/,
    )
    expect(await cache.get('count')).toBe(by)
    expect(await cache.increment('count', -by)).toBe(0)
  }
})
