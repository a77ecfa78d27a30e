/** Bytes that nobody wrote with this codec: refused before msgpackr sees them, or plain data. */
import { defaultCodec } from '@stowage/core'
import { msgpackCodec } from '@stowage/msgpack'
import fc from 'fast-check'
import { addExtension, Packr, pack } from 'msgpackr'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { InlineFormat } from '../src/inline-format.ts'
import { plainValues } from './values.ts'

const codec = msgpackCodec()
const OWN_NAMES = Reflect.ownKeys(Object.prototype)

/** A body with that list of structures. */
function bodyOf(payload: Uint8Array, structures: unknown = []): Buffer {
  const list = Buffer.from(JSON.stringify(structures))
  const length = Buffer.alloc(2)
  length.writeUInt16LE(list.length)
  return Buffer.concat([length, list, payload])
}

function decode(payload: Uint8Array | readonly number[], structures?: unknown): unknown {
  return codec.decode({ format: 'msgpack', body: bodyOf(Uint8Array.from(payload), structures) })
}

afterEach(() => {
  expect(Reflect.ownKeys(Object.prototype)).toEqual(OWN_NAMES)
  expect('polluted' in globalThis).toBe(false)
})

const rich = new Packr({ moreTypes: true, structuredClone: true })
const cyclic: unknown[] = []
cyclic.push(cyclic)

test.each<[string, Uint8Array | readonly number[], unknown?]>([
  ['a date', pack(new Date(0))],
  ['an error', rich.pack(new RangeError('x'))],
  ['a regular expression', rich.pack(/x/)],
  ['a set', rich.pack(new Set([1]))],
  ['bytes', pack(Buffer.from('x'))],
  ['a typed array', rich.pack(new Float64Array(1))],
  ['a bigint', pack(1n)],
  ['undefined', pack(undefined)],
  ['a cycle', rich.pack(cyclic)],
  ['a structure of its own', new Packr().pack({ a: 1 })],
  ['a map of numbers', [0x81, 0x01, 0x01]],
  ['msgpackr’s own object', [0xc1]],
  ['bundled texts', new Packr({ bundleStrings: true }).pack(['bundled', 'texts'])],
  ['a float of 4 bytes', [0xca, 0, 0, 0, 0]],
  ['a reference to no structure', [0x40]],
  ['a reference behind the list', [0x41, 1], [['a']]],
  ['less than a value', [0x92, 0x01]],
  ['more than a value', [0x01, 0x01]],
  ['nothing', []],
  ['an array of billions', [0xdd, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ['a text of billions', [0xdb, 0xff, 0xff, 0xff, 0xff, 0x41]],
  ['arrays nested without end', new Uint8Array(100_000).fill(0x91)],
  ['maps nested without end', Buffer.alloc(300_000, Uint8Array.of(0x81, 0xa1, 0x61))],
  ['structures nested without end', new Uint8Array(100_000).fill(0x40), [['a']]],
  ['a list of what is none', [0x01], { length: 0 }],
  ['a list of objects', [0x40, 0x01], [{ length: 1 }]],
  ['a list of numbers', [0x40, 0x01], [[1]]],
  ['a list too long', [0x01], Array.from({ length: 32 }, () => ['a'])],
])('%s is refused', (_, payload, structures) => {
  // A TypeError is ours: msgpackr has not been asked.
  expect(() => decode(payload, structures)).toThrow(TypeError)
})

test('an extension that other code has registered is not run', () => {
  let calls = 0
  addExtension({ type: 33, unpack: () => ++calls })
  addExtension({ type: 34, read: () => ++calls })
  expect(() => decode([0xc7, 1, 33, 0])).toThrow(/0xc7 is not plain data/)
  expect(() => decode([0xd4, 34, 0, 1])).toThrow(/0xd4 is not plain data/)
  expect(calls).toBe(0)
})

test('names in a list are names, whatever they look like', () => {
  const names = ['constructor', '"]:(globalThis.polluted=1),["', 'a b', '`+(globalThis.polluted=1)+`', '\u2028']
  // The reader of a structure is compiled when it has been used a few times.
  const read = decode([0x9a, ...Array.from({ length: 10 }, () => [0x40, 1, 2, 3, 4, 5]).flat()], [names])
  expect(read).toEqual(Array.from({ length: 10 }, () => Object.fromEntries(names.map((name, at) => [name, at + 1]))))
})

test('a stored __proto__ reaches no prototype', () => {
  const payload = [0x81, 0xa9, ...Buffer.from('__proto__'), 0x81, 0xa8, ...Buffer.from('polluted'), 0x01]
  expect('polluted' in Object(decode(payload))).toBe(false)
  expect('polluted' in Object(decode([0x40, ...payload.slice(11)], [['__proto__']]))).toBe(false)
})

test.each([
  ['a text', '[]'],
  ['a byte', Uint8Array.of(1)],
  ['a list longer than the body', Uint8Array.of(255, 255, 1)],
  ['a list that is no JSON', Uint8Array.of(1, 0, 0x5b, 1)],
])('%s as a body is refused', (_, body) => {
  expect(() => codec.decode({ format: 'msgpack', body })).toThrow(Error)
})

test('a body larger than is ever written is not looked at', () => {
  const body = Buffer.allocUnsafe(128 * 1_048_576 + 1)
  expect(() => codec.decode({ format: 'msgpack', body })).toThrow(/134217729 is not one of at most 134217728 bytes/)
})

test('what would be larger than may be read is written by the default codec', () => {
  const encode = vi.spyOn(InlineFormat.prototype, 'encode')
  onTestFinished(() => encode.mockRestore())
  const tooLarge = Buffer.allocUnsafe(128 * 1_048_576 + 1)
  encode.mockReturnValueOnce(tooLarge.subarray(1))
  expect(codec.encode(['a']).format).toBe('msgpack')
  encode.mockReturnValueOnce(tooLarge)
  const { format, body } = codec.encode(['a'])
  expect([format, body.length]).toEqual([defaultCodec.encode(['a']).format, defaultCodec.encode(['a']).body.length])
  expect(codec.decode({ format, body })).toEqual(['a'])
})

test('random bytes and damaged bodies throw or give a value', () => {
  const attempt = (body: Uint8Array) => {
    try {
      codec.decode({ format: 'msgpack', body })
    } catch (error) {
      expect(error).toBeInstanceOf(Error)
      expect(String(error)).not.toMatch(/call stack/)
    }
  }
  fc.assert(
    fc.property(plainValues, fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.nat(255), (value, noise, where, byte) => {
      attempt(noise)
      attempt(bodyOf(noise, [['a', 'b'], []]))
      const { body } = codec.encode(value)
      const damaged = Buffer.from(body)
      damaged.writeUInt8(byte, where % damaged.length)
      attempt(damaged)
      attempt(damaged.subarray(0, where % damaged.length))
    }),
    { numRuns: 500 },
  )
})
