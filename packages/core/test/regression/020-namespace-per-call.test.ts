// cachified 5.6: one load per key held per adapter object; an adapter made for each call gave ten loads for ten callers.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

test('a namespace made for each call shares its loads', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const { loader, runs } = heldLoader()
  const calls = Array.from({ length: 10 }, () => cache.namespace('users').getOrSet('7', loader))
  await turn()
  runs[0]?.settle('value')
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['value']))
  expect(runs).toHaveLength(1)
})
