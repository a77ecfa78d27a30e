// cacheable 2.5: wrap's own key was a 32-bit hash of JSON(args): getUser('user-30') was given another user, and undefined,
// null and NaN were one argument.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

const LOOKALIKES = [
  undefined,
  null,
  Number.NaN,
  'undefined',
  'null',
  'NaN',
  0,
  '0',
  0n,
  false,
  'false',
  '',
  [],
  {},
  '[]',
]

test('every argument has a result of its own', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const ids = [...LOOKALIKES, ...Array.from({ length: 5_000 }, (_, at) => `user-${at.toString(36)}`)]
  const getUser = cache.wrap((id: (typeof ids)[number]) => ({ id }), { key: (id) => ['user', id] })
  for (const id of ids) await getUser(id)
  for (const id of ids) expect((await getUser(id)).id).toBe(id)
  expect(cache.stats().loads).toBe(ids.length)
})
