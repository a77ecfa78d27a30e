/** Regression: bytes that were transferred elsewhere were stored as none by some backends, and counted as a failure of others: five of them turned the cache off. */
import { createCache, defaultCodec } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

/** As bytes are that have been handed to another thread. */
function transferred(bytes: Uint8Array<ArrayBuffer> = new Uint8Array(8)): Uint8Array {
  structuredClone(bytes, { transfer: [bytes.buffer] })
  return bytes
}

test.each([
  ['bytes', transferred()],
  // Long enough to have a buffer of its own.
  ['a Buffer', transferred(Buffer.alloc(20_000))],
])('not taken for empty ones once they were transferred: %s', (_, bytes) => {
  expect(bytes).toHaveLength(0)
  expect(() => defaultCodec.encode(bytes)).toThrow(TypeError)
})

test('a cache says so, and goes on', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m' })
  await cache.set('other', 'value')
  for (let time = 0; time < 6; time++) {
    await expect(cache.set('key', transferred())).rejects.toMatchObject({ code: 'STOWAGE_CODEC' })
  }
  expect(await cache.get('other')).toBe('value')
  await cache.close()
})

test('empty ones are a value', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m' })
  await cache.set('key', new Uint8Array())
  expect(await cache.get('key')).toEqual(new Uint8Array())
  await cache.close()
})
