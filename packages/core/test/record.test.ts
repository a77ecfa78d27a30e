/** The packed record: whole and sound, or nothing; and the bytes of version 1 for ever. */
import { crc32 } from 'node:zlib'
import {
  defaultCodec,
  type Encoded,
  type EntryFacts,
  packRecord,
  packTimes,
  RECORD_TIMES_AT,
  unpackRecord,
  unpackRecordHead,
} from '@stowage/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksumOf } from '../src/checksum.ts'
import { crc32Of } from '../src/crc32.ts'
import { GOLDEN_ENTRIES, goldenBytes, packed } from './golden/golden-records.ts'

const FACTS: EntryFacts = {
  storedAtMs: 1_000,
  staleAtMs: 2_000,
  errorOnlyAtMs: 3_000,
  expireAtMs: 4_000,
  tags: ['a', 'bc'],
  version: 'v1',
  fingerprint: 'f',
  slidingMs: 1_000,
}

function record(key: string, facts: EntryFacts, format: string, body: string | Uint8Array): Uint8Array {
  return packRecord(key, facts, { format, body, checksum: checksumOf(key, facts, { format, body }) })
}

const texts = fc.string({ unit: 'binary', maxLength: 20 })
const optionalTexts = fc.option(texts, { nil: undefined })
const factsAny = fc.record(
  {
    storedAtMs: fc.double(),
    staleAtMs: fc.double(),
    errorOnlyAtMs: fc.double(),
    expireAtMs: fc.double(),
    tags: fc.array(texts, { maxLength: 72 }),
    version: optionalTexts,
    fingerprint: optionalTexts,
    slidingMs: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
  },
  { noNullPrototype: true },
)
const bodies = fc.oneof(texts, fc.uint8Array())

test('a record is the same wherever in the bytes it begins and ends, and however long its texts are', () => {
  const long = fc.string({ unit: 'grapheme', maxLength: 80 })
  fc.assert(
    fc.property(long, factsAny, long, fc.nat(50), fc.nat(50), (key, facts, body, beforeBytes, afterBytes) => {
      const alone = record(key, facts, 'json', body)
      const encoded = { format: 'json', body, checksum: checksumOf(key, facts, { format: 'json', body }) }
      const placed = packRecord(key, facts, encoded, beforeBytes)
      expect(Buffer.compare(placed.subarray(beforeBytes), alone)).toBe(0)
      const within = Buffer.concat([placed, Buffer.alloc(afterBytes, 7)])
      const end = placed.length
      expect(unpackRecord(key, within, beforeBytes, end)).toEqual(unpackRecord(key, alone))
      expect(unpackRecord(key, within, beforeBytes, end - 1)).toBeUndefined()
      expect(unpackRecord(key, within, beforeBytes, end + 1)).toBeUndefined()
      expect(unpackRecord(`${key} `, within, beforeBytes, end)).toBeUndefined()
    }),
  )
})

test('what is packed is unpacked, whole, head and all', () => {
  fc.assert(
    fc.property(texts, factsAny, texts, bodies, (key, facts, format, body) => {
      const bytes = record(key, facts, format, body)
      const unpacked = unpackRecord(key, bytes)
      expect(unpacked?.facts).toStrictEqual(facts)
      expect(unpacked?.encoded.format).toBe(format)
      expect(sameBody(unpacked?.encoded, body)).toBe(true)
      expect(unpacked?.encoded.checksum).toBe(checksumOf(key, facts, { format, body }))
      const headBytes = bytes.length - Buffer.byteLength(body)
      expect(unpackRecordHead(bytes.subarray(0, headBytes))).toStrictEqual({
        key,
        facts,
        sizeBytes: bytes.length,
        format,
        isText: typeof body === 'string',
        bodyBytes: Buffer.byteLength(body),
        checksum: checksumOf(key, facts, { format, body }),
      })
      expect(unpackRecordHead(bytes.subarray(0, headBytes - 1))).toBeUndefined()
    }),
  )
})

function sameBody(encoded: Encoded | undefined, body: string | Uint8Array): boolean {
  if (typeof encoded?.body === 'string' || typeof body === 'string') return encoded?.body === body
  return encoded !== undefined && Buffer.compare(encoded.body, body) === 0
}

test('the body is a view, not a copy', () => {
  const bytes = record('key', FACTS, 'bytes', new Uint8Array([1, 2, 3]))
  const body = unpackRecord('key', bytes)?.encoded.body
  expect(body).toBeInstanceOf(Uint8Array)
  bytes[bytes.length - 1] = 9
  expect([...(body ?? [])]).toEqual([1, 2, 9])
})

describe.each([
  ['with guards', FACTS],
  ['with a value alone', { ...FACTS, tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined }],
])('a record %s', (_, facts) => {
  const bytes = record('key', facts, 'json', '{"a":1}')

  test('is nothing with any one bit flipped', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(unpackRecord('key', flipped), `bit ${bit}`).toBeUndefined()
    }
  })

  test('is nothing when cut off anywhere, or with more behind it', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(unpackRecord('key', bytes.subarray(0, length)), `${length} bytes`).toBeUndefined()
    }
    for (const more of [[0], [0, 0, 0, 0], [...bytes]]) {
      expect(unpackRecord('key', Uint8Array.from([...bytes, ...more]))).toBeUndefined()
    }
  })

  test('is nothing under another key', () => {
    for (const key of ['', 'ke', 'key\0', 'Key', 'key\0json']) expect(unpackRecord(key, bytes)).toBeUndefined()
  })

  test('is nothing to a reader of an older layout', () => {
    const newer = Uint8Array.from(bytes)
    newer[3] = 2
    expect(unpackRecord('key', newer)).toBeUndefined()
    expect(unpackRecordHead(newer)).toBeUndefined()
  })

  test('takes other instants in place', () => {
    const times = { storedAtMs: 5, staleAtMs: 6, errorOnlyAtMs: 7, expireAtMs: 8.64e15 }
    const touched = Uint8Array.from(bytes)
    touched.set(packTimes(times), RECORD_TIMES_AT)
    expect(unpackRecord('key', touched)).toStrictEqual({ ...unpackRecord('key', bytes), facts: { ...facts, ...times } })
  })
})

test('random bytes are nothing', () => {
  const head = Buffer.from('STW\x01')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(unpackRecord('key', bytes)).toBeUndefined()
      expect(unpackRecord('key', Buffer.concat([head, bytes]))).toBeUndefined()
    }),
  )
})

test('more than the layout can count is refused', () => {
  const many = { ...FACTS, tags: Array.from({ length: 256 }, (_, at) => `t${at}`) }
  expect(() => record('key', many, 'json', '1')).toThrow(/255 tags/)
  expect(() => record('key', { ...FACTS, tags: ['x'.repeat(65_536)] }, 'json', '1')).toThrow(/65535 bytes/)
})

describe('golden records of version 1', () => {
  const golden = goldenBytes()

  test('each has its bytes in the file', () => {
    expect(GOLDEN_ENTRIES.map(({ key }) => key)).toEqual([...golden.keys()])
  })

  test.each(GOLDEN_ENTRIES)('$key: today’s reader reads yesterday’s bytes', ({ key, facts, value }) => {
    const unpacked = unpackRecord(key, Buffer.from(golden.get(key) ?? '', 'base64'))
    expect(unpacked?.facts).toStrictEqual(facts)
    const decoded = unpacked && defaultCodec.decode(unpacked.encoded)
    expect(decoded).toStrictEqual(value)
    // What is equal could still be of another class or shared otherwise; its bytes would then differ.
    expect(Buffer.from(packed({ key, facts, value: decoded })).toString('base64')).toBe(golden.get(key))
  })

  test.each(GOLDEN_ENTRIES)('$key: today’s writer writes the very same bytes', (entry) => {
    expect(Buffer.from(packed(entry)).toString('base64')).toBe(golden.get(entry.key))
  })
})

test('checksums of bytes are those of zlib, whatever their length and place', () => {
  const bytes = Uint8Array.from({ length: 400 }, (_, at) => (at * 7_919) >> 3)
  for (let length = 0; length <= 300; length++) {
    const start = length % 11
    expect(crc32Of(bytes, start, start + length)).toBe(crc32(bytes.subarray(start, start + length)))
  }
})

test('a key is compared by its characters, also where another has as many bytes', () => {
  for (const [key, other] of [
    ['\u00e9', '\u00c3\u00a9'],
    ['ab', 'aé'],
    ['\u00e9', 'ab'],
    ['é', 'e\u0301'],
  ] as const) {
    const bytes = record(key, FACTS, 'json', '1')
    expect(unpackRecord(key, bytes)?.encoded.body).toBe('1')
    expect(unpackRecord(other, bytes)).toBeUndefined()
  }
})
