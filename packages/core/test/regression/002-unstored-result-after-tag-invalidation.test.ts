// A load that stored nothing was shared with callers who asked after its tag, or its namespace, had been invalidated.
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

test.each<[string, (cache: Cache) => Promise<void>]>([
  ['its tag', (cache) => cache.invalidate({ tags: ['t'] })],
  ['its namespace', (cache) => cache.invalidate({ all: true })],
])('after the invalidation of %s a later caller loads anew', async (_, invalidate) => {
  const root = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const cache = root.namespace('n')
  const { loader, runs } = heldLoader()
  const ask = () => cache.getOrSet('key', async (context) => context.skip(await loader(context)), { tags: ['t'] })
  const before = ask()
  await turn()
  await invalidate(cache)
  const after = ask()
  await turn()
  runs[0]?.settle('old')
  await turn()
  runs[1]?.settle('new')
  expect([await before, await after]).toEqual(['old', 'new'])
})
