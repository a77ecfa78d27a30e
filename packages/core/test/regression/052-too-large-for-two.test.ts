// A value too large to be stored was loaded again by each caller who had joined its load: its refusal voided the fence that vouched for it.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

test('one run answers all', async () => {
  const backend = new ReferenceBackend({ holds: 'bytes' })
  const cache = createCache({ backend, ttl: '1h', maxEntryBytes: 100, clock: createFakeClock() })
  const { loader, runs } = heldLoader()
  const first = cache.getOrSet('key', loader)
  await turn()
  const joined = cache.getOrSet('key', loader)
  await turn()
  runs[0]?.settle('x'.repeat(1_000))
  await turn()
  expect(runs).toHaveLength(1)
  expect(await joined).toBe(await first)
  expect(cache.stats()).toMatchObject({ loads: 1, joined: 1, refused: { 'too-large': 1 } })
})
