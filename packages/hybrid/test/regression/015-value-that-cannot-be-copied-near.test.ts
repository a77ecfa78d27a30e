// A near tier that could not copy a value (an instance with a codec of its own) failed the write, though it was stored afar.
import { type Codec, CodecError, createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

class Point {
  readonly x: number
  constructor(x: number) {
    this.x = x
  }
}

const codec: Codec = {
  name: 'points',
  encode: (value) => ({ format: 'points', body: value instanceof Point ? String(value.x) : '' }),
  decode: ({ body }) => new Point(Number(body)),
}

function setUp() {
  const far = new ReferenceBackend({ holds: 'bytes' })
  const near = [memoryBackend({ maxEntries: 9, isolation: 'copy' }), new ReferenceBackend({ holds: 'bytes' })]
  return createCache({ backend: hybridBackend({ tiers: [...near, far] }), ttl: '1h', codec })
}

test('it costs that copy, and no other', async () => {
  const cache = setUp()
  expect(await cache.set('key', new Point(5))).toEqual({ outcome: 'stored' })
  expect(await cache.lookup('key')).toMatchObject({ value: new Point(5), tier: 'reference' })
  expect(await cache.getOrSet('loaded', () => new Point(6))).toEqual(new Point(6))
  expect(await cache.get('loaded')).toEqual(new Point(6))
})

test('a value for near tiers only that none can keep is still the caller’s error', async () => {
  const near = memoryBackend({ maxEntries: 9, isolation: 'copy' })
  const backend = hybridBackend({ tiers: [near, new ReferenceBackend({ holds: 'bytes' })] })
  const cache = createCache({ backend, ttl: '1h', codec })
  await expect(cache.set('key', new Point(5), { tier: 'near' })).rejects.toThrow(CodecError)
})
