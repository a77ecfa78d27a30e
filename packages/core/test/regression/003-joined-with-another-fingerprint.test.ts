// A caller with another fingerprint joined a load going on and was given a value derived from something else.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

test('each caller gets the value of its own fingerprint', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const { loader, runs } = heldLoader()
  const one = cache.getOrSet('file', loader, { fingerprint: 'mtime 1' })
  await turn()
  const two = cache.getOrSet('file', loader, { fingerprint: 'mtime 2' })
  await turn()
  runs[0]?.settle('contents 1')
  await turn()
  runs[1]?.settle('contents 2')
  expect([await one, await two]).toEqual(['contents 1', 'contents 2'])
})
