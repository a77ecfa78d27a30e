/** Regression: what is no clock was taken, and ended the subscription at its first change in a bare TypeError. */
import { ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'
import { newCache } from '../service.ts'

test('it is refused by name', () => {
  const { cached } = newCache()
  // @ts-expect-error Plain JavaScript is not checked.
  const attempt = (): unknown => cached.invalidations({ clock: {} })
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow('clock: an object is not a clock; allowed: an object with nowMs and schedule')
})
