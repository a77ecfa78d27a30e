/** Regression: with as many leases as there may be, a large value was written without one, and outlived a deletion asked for meanwhile. */
import { expect, test } from 'vitest'
import { held, NOW_MS, put } from '../entries.ts'
import { alter } from '../inspection.ts'
import { attach, openStore } from '../stores.ts'
import { large } from '../value-file-sight.ts'

test('without a lease nothing large is stored, and what it was to replace has gone', async () => {
  const { backend: first, path } = openStore()
  await put(first, 'other', large('o'))
  await first.close()
  alter(path, 'UPDATE stowage_meta_v1 SET lease_count = 65536')
  const backend = attach(path)
  const writing = put(backend, 'key', large('a'))
  expect(await backend.delete('key', NOW_MS, undefined)).toBe(false)
  expect(await writing).toBe('admission')
  expect(await held(backend, 'key')).toBe('miss: absent')
  expect(await put(backend, 'other', large('p'))).toBe('admission')
  expect(await held(backend, 'other')).toBe('miss: absent')
})
