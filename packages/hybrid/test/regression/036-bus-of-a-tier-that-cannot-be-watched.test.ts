/** Regression: `watchBus` of a tier that cannot be watched ended in a TypeError, and only when its cache was opened. */
import { ConfigError } from '@stowage/core'
import { watchBus } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test.each([
  [undefined, 'watchBus: undefined cannot be watched'],
  [null, 'watchBus: null cannot be watched'],
  [memoryBackend({ maxEntries: 1 }), 'cannot be watched; allowed: a backend that has a watch'],
])('a bus of %o is refused', (tier, message) => {
  const attempt = (): unknown => Reflect.apply(watchBus, undefined, [tier])
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow(message)
})
