// An async listener that failed was an unhandled rejection, which ends the process.
import { type CacheEvents, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

test('its failure is a fault event', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const faults: CacheEvents['fault'][] = []
  cache.on('fault', (fault) => faults.push(fault))
  // What TypeScript lets pass where a function to void is asked for.
  const listener: () => unknown = () => Promise.reject(new Error('later'))
  cache.on('lookup', listener)
  expect(await cache.get('key')).toBeUndefined()
  await turn()
  expect(faults).toMatchObject([
    { operation: 'listener', error: { message: expect.stringContaining('later') as string } },
  ])
})
