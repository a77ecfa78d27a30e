/** Compression around a codec: smaller or untouched, readable by every other setting, and no bomb goes off. */
import { constants, zstdCompressSync } from 'node:zlib'
import { type Codec, ConfigError, createCache, defaultCodec, jsonCodec, zstdCodec } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KEPT_VALUES } from './golden/kept-values.ts'

const rows = Array.from({ length: 500 }, (_, id) => ({ id, name: `Name ${id}`, city: 'Hamburg' }))

test('a large body becomes a smaller one that names what is in it', () => {
  const codec = zstdCodec()
  const plain = defaultCodec.encode(rows)
  const { format, body } = codec.encode(rows)
  expect(format).toBe('zstd+json')
  expect(body).toBeInstanceOf(Uint8Array)
  expect(body.length).toBeLessThan(plain.body.length / 4)
  expect(codec.decode({ format, body })).toStrictEqual(rows)
  expect(codec.name).toBe('zstd+stowage')
})

test('everything the inner codec keeps is kept, text as text and bytes as bytes', () => {
  const codec = zstdCodec(defaultCodec, { threshold: 1 })
  for (const [, make] of KEPT_VALUES) {
    const value = [make(), 'ä'.repeat(200)]
    expect(codec.encode(value).format).toMatch(/^zstd\+(json|typed)$/)
    expect(codec.decode(codec.encode(value))).toStrictEqual(value)
  }
  for (const bytes of [new Uint8Array(300), Buffer.alloc(300, 'ab')]) {
    expect(codec.encode(bytes).format).toMatch(/^zstd-bytes\+(bytes|buffer)$/)
    expect(codec.decode(codec.encode(bytes))).toStrictEqual(bytes)
  }
})

test('a body below the threshold, or not made smaller, stays as the inner codec wrote it', () => {
  const codec = zstdCodec(defaultCodec, { threshold: 100 })
  const text = 'x'.repeat(97)
  expect(codec.encode(text)).toEqual(defaultCodec.encode(text))
  expect(codec.encode(`${text}x`).format).toBe('zstd+json')
  const noise = Buffer.from(Uint8Array.from({ length: 200 }, (_, at) => (at * 167 + (at >> 3) * 31) % 256))
  expect(codec.encode(noise)).toEqual({ format: 'buffer', body: noise })
  expect(defaultCodec.decode(codec.encode(text))).toBe(text)
})

test('every setting reads what every other wrote, plain entries included', () => {
  const written = [defaultCodec, zstdCodec(), zstdCodec(defaultCodec, { level: 19, threshold: 1 })].map((codec) =>
    codec.encode(rows),
  )
  for (const codec of [zstdCodec(), zstdCodec(defaultCodec, { level: 3, threshold: '1GB' })]) {
    for (const encoded of written) expect(codec.decode(encoded)).toStrictEqual(rows)
  }
})

test('entries written before compression was switched on are hits afterwards', async () => {
  const backend = new ReferenceBackend({ holds: 'bytes' })
  const clock = createFakeClock()
  const before = createCache({ backend, ttl: '1h', clock })
  const after = createCache({ backend, ttl: '1h', clock, codec: zstdCodec(defaultCodec, { threshold: 1 }) })
  await before.set('old', rows)
  await after.set('new', rows)
  expect(await after.get('old')).toStrictEqual(rows)
  expect(await after.get('new')).toStrictEqual(rows)
  expect(await before.lookup('new')).toEqual({ outcome: 'miss', reason: 'undecodable' })
})

test('text that has no UTF-8 form is refused, not changed', () => {
  const raw: Codec = {
    name: 'raw',
    encode: (value) => ({ format: 'raw', body: String(value) }),
    decode: ({ body }) => body,
  }
  const codec = zstdCodec(raw, { threshold: 1 })
  expect(() => codec.encode(`${'x'.repeat(200)}\ud800`)).toThrow(/lone surrogate/)
  expect(codec.decode(codec.encode('ä'.repeat(200)))).toBe('ä'.repeat(200))
})

describe('a bomb', () => {
  const codec = zstdCodec(jsonCodec, { maxDecodedBytes: '1MB' })
  const bomb = zstdCompressSync(Buffer.alloc(50_000_000, '[]'))

  test('that says how large it is, is not begun', () => {
    expect(() => codec.decode({ format: 'zstd+json', body: bomb })).toThrow(
      /50000000 bytes .+ maxDecodedBytes is 1000000/,
    )
  })

  test.each([2, 255, 256, 300, 65_791, 65_792])(
    'of %i bytes, however the frame writes that, is one too large',
    (size) => {
      const frame = { format: 'zstd-bytes+buffer', body: zstdCompressSync(Buffer.alloc(size)) }
      expect(zstdCodec(defaultCodec, { maxDecodedBytes: size }).decode(frame)).toStrictEqual(Buffer.alloc(size))
      const strict = zstdCodec(defaultCodec, { maxDecodedBytes: size - 1 })
      expect(() => strict.decode(frame)).toThrow(`${size} bytes when decompressed`)
    },
  )

  test('that lies about its size is stopped', () => {
    const lying = Buffer.from(bomb)
    lying.writeUInt32LE(4_000_000, lying.indexOf(Buffer.from('80f0fa02', 'hex'))) // Where it says 50,000,000.
    const decode = () => zstdCodec(jsonCodec, { maxDecodedBytes: '4MB' }).decode({ format: 'zstd+json', body: lying })
    expect(decode).toThrow(expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }))
  })

  test('that does not say how large it is, is not begun', () => {
    const params = { [constants.ZSTD_c_contentSizeFlag]: 0 }
    const silent = zstdCompressSync(Buffer.alloc(5_000, '[]'), { params })
    expect(() => codec.decode({ format: 'zstd+json', body: silent })).toThrow(/does not declare/)
  })

  test('is not laid: what would not be read is not compressed', () => {
    const text = 'x'.repeat(1_000_000)
    expect(codec.encode(text).format).toBe('json')
    expect(codec.encode(text.slice(2)).format).toBe('zstd+json')
  })
})

test('random bytes and damaged frames throw or give a value', () => {
  const codec = zstdCodec(defaultCodec, { threshold: 1, maxDecodedBytes: '1MB' })
  const { format, body } = codec.encode(rows.slice(0, 20))
  const attempt = (bytes: Uint8Array) => {
    try {
      codec.decode({ format, body: bytes })
    } catch (error) {
      expect(error).toBeInstanceOf(Error)
    }
  }
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (noise, at, flip) => {
      attempt(noise)
      attempt(Buffer.concat([Buffer.from('28b52ffd', 'hex'), noise]))
      const damaged = Buffer.from(body)
      damaged.writeUInt8(damaged.readUInt8(at) ^ flip, at)
      attempt(damaged)
      attempt(damaged.subarray(0, at))
    }),
    { numRuns: 500 },
  )
})

test.each<[string, () => unknown, RegExp]>([
  ['level', () => zstdCodec(defaultCodec, { level: 23 }), /level: 23 .+ 1 to 22/],
  ['level of another type', () => zstdCodec(defaultCodec, { level: 1.5 }), /level: 1.5/],
  ['threshold', () => zstdCodec(defaultCodec, { threshold: 0 }), /threshold: 0 is not a size/],
  ['maxDecodedBytes', () => zstdCodec(defaultCodec, { maxDecodedBytes: -1 }), /maxDecodedBytes: -1/],
  ['a codec', (): unknown => Reflect.apply(zstdCodec, undefined, [{}]), /an object is not a codec/],
  [
    'an option',
    (): unknown => Reflect.apply(zstdCodec, undefined, [undefined, { treshold: 1 }]),
    /unknown option 'treshold'/,
  ],
])('a wrong %s is told at once', (_, make, message) => {
  expect(make).toThrow(ConfigError)
  expect(make).toThrow(message)
})
