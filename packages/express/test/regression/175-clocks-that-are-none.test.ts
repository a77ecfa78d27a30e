/** Regression: what is no clock was taken, and ended each request in a bare TypeError. */
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { httpCache } from '../../src/index.ts'

test.each([
  [5, '5'],
  [{}, 'an object'],
  [null, 'null'],
])('%j is refused by name', (clock, shown) => {
  const cache = createCache({ backend: memoryBackend({ maxEntries: 1 }), ttl: '1m' })
  const attempt = (): unknown => Reflect.apply(httpCache, undefined, [{ cache, clock }])
  expect(attempt).toThrow(`clock: ${shown} is not a clock; allowed: an object with nowMs and schedule`)
})
