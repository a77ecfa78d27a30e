/** Bytes that nobody wrote with the default codec: they are refused or give data, never code, prototypes or gigabytes. */
import { defaultCodec, jsonCodec } from '@stowage/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { KEPT_VALUES } from './golden/kept-values.ts'

function decodeTyped(value: unknown): unknown {
  return defaultCodec.decode({ format: 'typed', body: JSON.stringify(value) })
}

const OWN_NAMES = Reflect.ownKeys(Object.prototype)

afterEach(() => {
  expect(Reflect.ownKeys(Object.prototype)).toEqual(OWN_NAMES)
})

test.each<[string, unknown]>([
  ['an unknown mark', '~x'],
  ['a mark alone', '~'],
  ['a hole outside of an array', { a: '~h' }],
  ['a reference to what is not yet there', ['~@1']],
  ['a reference that is no number', ['~@length']],
  ['a number that JSON has', '~f1'],
  ['a bigint in decimal with a sign', '~i+1'],
  ['a bigint that is none', '~i'],
  ['an unknown class of bytes', '~bFunction:AAAA'],
  ['bytes that do not fill their class', '~bFloat64Array:AAAA'],
  ['an invalid expression', '~r/('],
  ['an invalid URL', '~lnowhere'],
  ['an unknown tag', ['~#function', 'alert(1)']],
  ['an unknown error class', ['~#error', 'Function', {}]],
  ['an error class of the prototype', ['~#error', 'constructor', {}]],
  ['fields that are none', ['~#bare', ['a']]],
  ['no fields', ['~#error', 'Error']],
])('%s is refused', (_, value) => {
  expect(() => decodeTyped(value)).toThrow(Error)
})

test('a stored __proto__ is a property, not the prototype', () => {
  const proto: unknown = JSON.parse('{"__proto__": {"polluted": ["~u"]}}')
  for (const hostile of [proto, [proto], ['~#bare', proto], ['~#error', 'Error', proto]]) {
    const decoded = decodeTyped(hostile)
    const holder: unknown = Array.isArray(decoded) ? decoded[0] : decoded
    expect(Object.getOwnPropertyDescriptor(holder, '__proto__')?.value).toEqual({ polluted: [undefined] })
    expect('polluted' in Object(holder)).toBe(false)
  }
  const error = decodeTyped(['~#error', 'TypeError', { constructor: 'x', toString: 'y' }])
  expect(error).toBeInstanceOf(TypeError)
})

test('text nested without end is refused before the stack is full', () => {
  const body = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  expect(() => defaultCodec.decode({ format: 'typed', body })).toThrow(/nests deeper than 500/)
})

test('a text longer than is ever written is not parsed', () => {
  const body = '['.repeat(128 * 1_048_576 + 1)
  expect(() => defaultCodec.decode({ format: 'json', body })).toThrow(/134217729 characters .+ allowed: 134217728/)
})

test('expressions that take the constructor seconds are refused', () => {
  const slow = `~rv/${'\\p{RGI_Emoji}'.repeat(26)}`
  expect(() => decodeTyped([slow, slow])).toThrow(/more than 50 property escapes/)
})

test('a bigint of a megabyte is read in linear time', () => {
  const decoded = decodeTyped(`~i${'f'.repeat(1_000_000)}`)
  expect(decoded).toBe((1n << 4_000_000n) - 1n)
  expect(() => decodeTyped(`~i${'9'.repeat(100)}x`)).toThrow(/hexadecimal/)
})

test('another codec’s format is refused', () => {
  expect(() => defaultCodec.decode({ format: 'msgpack', body: '{}' })).toThrow(/msgpack/)
  expect(() => defaultCodec.decode({ format: 'json', body: Buffer.from('{}') })).toThrow(/json/)
  expect(() => jsonCodec.decode({ format: 'typed', body: '[]' })).toThrow(/typed/)
  expect(() => jsonCodec.encode(undefined)).toThrow(TypeError)
})

describe('random', () => {
  const marks = fc.oneof(
    fc.tuple(fc.constantFrom(...'~ufidrlbh@#x'), fc.string({ maxLength: 4 })).map(([tag, rest]) => `~${tag}${rest}`),
    fc.constantFrom('~#map', '~#set', '~#bare', '~#error', 'Error', '__proto__', '~@0', '~@1', '~h', '~bBuffer:AQ=='),
  )

  test('typed JSON throws or gives a value', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, marks, fc.double(), tie('array'), tie('object')),
      array: fc.array(tie('value'), { maxLength: 5 }),
      object: fc.dictionary(fc.oneof(marks, fc.string()), tie('value'), { maxKeys: 4 }),
    }))
    fc.assert(
      fc.property(value, (parsed) => {
        throwsOrDecodes(JSON.stringify(parsed))
      }),
      { numRuns: 2_000 },
    )
  })

  test('damage to what was written throws or gives a value', () => {
    const bodies = KEPT_VALUES.map(([, make]) => defaultCodec.encode(make()).body).map(String)
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.string({ maxLength: 3 }), (body, where, patch) => {
        const at = where % body.length
        throwsOrDecodes(body.slice(0, at) + patch + body.slice(at + patch.length))
      }),
      { numRuns: 2_000 },
    )
  })

  function throwsOrDecodes(body: string): void {
    try {
      defaultCodec.decode({ format: 'typed', body })
    } catch (error) {
      expect(error).toBeInstanceOf(Error)
    }
  }
})
