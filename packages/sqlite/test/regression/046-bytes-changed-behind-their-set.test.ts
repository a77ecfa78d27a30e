/** Regression: bytes that the caller changed while their set waited for others of its moment were found torn. */
import { createCache } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { newPath } from '../stores.ts'

test('they are stored as they were', async () => {
  const cache = createCache({ backend: sqliteBackend({ path: newPath() }), ttl: '1h' })
  onTestFinished(() => cache.close())
  const values = Array.from({ length: 8 }, (_, at) => Buffer.alloc(1_000, at))
  const sets = values.map((value, at) => cache.set(`${at}`, value))
  for (const value of values) value.fill(255)
  expect(await Promise.all(sets)).toEqual(values.map(() => ({ outcome: 'stored' })))
  for (const at of values.keys()) expect(await cache.get(`${at}`)).toEqual(Buffer.alloc(1_000, at))
})
