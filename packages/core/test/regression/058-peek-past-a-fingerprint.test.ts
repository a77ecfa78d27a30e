// peek() of a query or wrapped function with a fingerprint gave the value at hand, whatever that was derived from.
import { createCache, defineQuery } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test.each<[string, string | (() => string)]>([
  ['known', 'mtime 2'],
  ['asked for', () => 'mtime 2'],
])('nothing is peeked at where a fingerprint, %s, would have to be compared', async (_, fingerprint) => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const key = (name: string) => name
  const load = (name: string) => `${name} 2`
  const query = defineQuery(cache, { key, load, fingerprint })
  const wrapped = cache.wrap(load, { key, fingerprint })
  await cache.set('file', 'file 1')
  expect([query.peek('file'), wrapped.peek('file')]).toEqual([undefined, undefined])
  expect(await query.get('file')).toBe('file 2')
})
