// `expire` passed over what a cache of another version had stored, and that one served it on as fresh; `invalidate` covered it.
import { type Codec, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('expire covers entries of every version, whether this cache can read them or not', async () => {
  const clock = createFakeClock()
  const options = {
    backend: new ReferenceBackend({ holds: 'bytes' }),
    ttl: '1h',
    staleWhileRevalidate: '1h',
    clock,
  } as const
  const codec: Codec = {
    name: 'none',
    encode: () => ({ format: 'none', body: '' }),
    decode: () => {
      throw new Error('unreadable')
    },
  }
  const one = createCache({ ...options, version: '1' })
  const two = createCache({ ...options, version: '2', codec })
  await one.set('by key', 'value')
  await one.set('by tag', 'value', { tags: ['t'] })
  await two.expire({ key: 'by key' })
  await two.expire({ tags: ['t'] })
  expect(await one.lookup('by key')).toMatchObject({ outcome: 'stale' })
  expect(await one.lookup('by tag')).toMatchObject({ outcome: 'stale' })
  expect(await two.touch('by key')).toBe(false)
})
