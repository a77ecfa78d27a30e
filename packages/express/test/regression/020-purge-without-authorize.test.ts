/** Regression: a purge router without `authorize` was told that `null` is not allowed, which nobody had given. */
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { purgeRouter } from '../../src/index.ts'

const given = (authorize: unknown) => () =>
  purgeRouter({ cache: createCache({ backend: memoryBackend({ maxEntries: 1 }), ttl: '1m' }), authorize } as never)

test('what is missing is said to be missing, and what is wrong is shown', () => {
  expect(given(undefined)).toThrow('purgeRouter: authorize: missing; allowed: a function')
  expect(given('token')).toThrow("purgeRouter: authorize: 'token' is not allowed; allowed: a function")
})
