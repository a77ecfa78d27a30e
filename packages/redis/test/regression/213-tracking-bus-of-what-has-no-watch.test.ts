/** Regression: `trackingBus` of what is no backend on Redis ended in a TypeError about a `watch` that the caller had not written. */
import { ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'
import { trackingBus } from '../../src/index.ts'

test.each([
  [undefined, 'trackingBus: undefined cannot be watched; allowed: what redisBackend gives'],
  [{ url: 'redis://h' }, 'trackingBus: an object cannot be watched'],
  [{ watch: true }, 'trackingBus: an object cannot be watched'],
])('of %j it says what it can be given', (tier, message) => {
  const make = (): void => {
    Reflect.apply(trackingBus, undefined, [tier])
  }
  expect(make).toThrow(ConfigError)
  expect(make).toThrow(message)
})
