/** Regression: the driver cuts white space off the end of a path, so that two paths were one file, and large values of the one were damage to the other. */
import { existsSync } from 'node:fs'
import { ConfigError } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, test } from 'vitest'
import { newPath, openStore } from '../stores.ts'

test.each([' ', '\n', '\t', '\u00a0'])('one that ends in %j is refused', async (end) => {
  const path = newPath() + end
  expect(() => sqliteBackend({ path })).toThrow(ConfigError)
  expect(() => sqliteBackend({ path })).toThrow(/^path: .* ends in white space; allowed: a path that does not$/s)
  expect(existsSync(path)).toBe(false)
  const { backend } = openStore()
  await expect((async () => backend.backup(path))()).rejects.toThrow(/^backup path: .* ends in white space/s)
})

test('within it, any is allowed', async () => {
  const { backend } = openStore()
  await backend.backup(newPath().replace('cache.db', ' my cache .db'))
})
