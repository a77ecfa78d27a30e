// cacheable 2.5: a value that could not be cloned was stored, and every get of it was a miss.
import { CodecError, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

class Session {
  readonly end = () => 'ended'
}

const VALUES = [new Session(), () => 1, Symbol('s'), new WeakMap(), { deep: [new Session()] }]

test('where bytes are kept it is refused at once, and what was stored stays', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock: createFakeClock() })
  await cache.set('key', 'older')
  for (const value of VALUES) {
    await expect(cache.set('key', value)).rejects.toThrow(CodecError)
    await expect(cache.add('other', value)).rejects.toThrow(CodecError)
    await expect(cache.update('key', () => value)).rejects.toThrow(CodecError)
    expect(await cache.get('key')).toBe('older')
  }
})

test('where values are kept it comes back as it is', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1h', clock: createFakeClock() })
  for (const value of VALUES) {
    await cache.set('key', value)
    expect(await cache.get('key')).toBe(value)
  }
})
