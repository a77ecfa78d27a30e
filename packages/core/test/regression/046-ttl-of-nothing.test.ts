// negativeTtl went before the ttl that the loader itself had set.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test.each([
  ['the loader', { ttl: '2h' }, 7_200_000],
  ['negativeTtl, where the loader sets no more than tags,', { tags: ['t'] }, 60_000],
] as const)('%s decides how long a null lives', async (_, wishes, ttlLeftMs) => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', negativeTtl: '1m', clock })
  await cache.getOrSet('key', ({ set }) => {
    set(wishes)
    return null
  })
  expect(await cache.lookup('key')).toMatchObject({ value: null, ttlLeftMs })
})
