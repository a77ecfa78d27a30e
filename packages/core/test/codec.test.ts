/** The default codec: every kept type comes back as it was; hostile bytes never become code or prototypes. */
import { type Codec, createCache, defaultCodec, jsonCodec } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

function roundTrip(value: unknown): unknown {
  return defaultCodec.decode(defaultCodec.encode(value))
}

const kept: fc.Arbitrary<unknown> = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withNullPrototype: true,
  withSparseArray: true,
})

test('anything made of the kept types comes back as it was', () => {
  fc.assert(
    fc.property(kept, (value) => {
      expect(roundTrip(value)).toStrictEqual(value)
    }),
    { numRuns: 3_000 },
  )
})

test.each([
  ['minus zero', -0],
  ['a regular expression', /a\/b/giu],
  ['a URL', new URL('https://example.org/a?b=c#d')],
  ['an invalid date', new Date(Number.NaN)],
  ['a Buffer', Buffer.from([1, 2, 255])],
  ['bytes', new Uint8Array([1, 2, 255])],
  ['a view into a larger buffer', new Uint8Array([1, 2, 3, 4]).subarray(1, 3)],
  ['an ArrayBuffer inside', { buffer: new Uint8Array([1, 2]).buffer }],
  ['misaligned doubles', [new Float64Array([1.5])]],
  ['own __proto__', JSON.parse('{"__proto__": {"polluted": 1}, "a": null}')],
  ['own __proto__ beside a date', Object.assign(JSON.parse('{"__proto__": 1}'), { at: new Date(0) })],
])('%s', (_, value) => {
  const decoded = roundTrip(value)
  expect(decoded).toStrictEqual(value)
  expect(Object.getPrototypeOf(decoded)).toBe(Object.getPrototypeOf(value))
})

test('cycles and shared parts keep their shape', () => {
  const shared = { at: new Date(0) }
  const value: Record<string, unknown> = { one: shared, other: shared, list: [shared] }
  value['self'] = value
  const decoded = roundTrip(value) as Record<string, unknown>
  expect(decoded['self']).toBe(decoded)
  expect(decoded['one']).toBe(decoded['other'])
})

test('parts that are shared many times over do not multiply', () => {
  let shared: unknown = { leaf: 'x' }
  for (let level = 0; level < 40; level++) shared = [shared, shared]
  const { format, body } = defaultCodec.encode(shared)
  expect(format).toBe('nodes')
  expect(body.length).toBeLessThan(10_000)
})

test('an error keeps class, name, message, stack, cause and own fields', () => {
  const error = Object.assign(new RangeError('too far', { cause: new Error('inner') }), { code: 'E_FAR' })
  const decoded = roundTrip({ error }) as { error: RangeError & { code: string } }
  expect(decoded.error).toBeInstanceOf(RangeError)
  expect([decoded.error.message, decoded.error.stack, decoded.error.code]).toEqual([
    error.message,
    error.stack,
    'E_FAR',
  ])
  expect(decoded.error.cause).toMatchObject({ message: 'inner' })
})

test('plain values cost plain JSON, bytes no copy', () => {
  const rows = [{ id: 1, name: 'a', tags: ['x', null, true] }]
  expect(defaultCodec.encode(rows)).toEqual({ format: 'json', body: JSON.stringify(rows) })
  const bytes = new Uint8Array([1])
  expect(defaultCodec.encode(bytes).body).toBe(bytes)
})

describe('refused, with the path of the part', () => {
  class Money {
    cents = 1
  }
  test.each<[string, unknown, RegExp]>([
    ['a function', { on: { click: () => 1 } }, /\$\.on\.click: a function/],
    ['a symbol', [Symbol('s')], /\$\[0\]: a symbol/],
    ['an instance of a class', { price: new Money() }, /\$\.price: an instance of Money/],
    ['a promise', { later: Promise.resolve(1) }, /\$\.later: an instance of Promise/],
  ])('%s', (_, value, message) => {
    expect(() => defaultCodec.encode(value)).toThrow(message)
  })

  test.each<[string, unknown]>([
    ['a subclass of Map', new (class extends Map {})()],
    ['a Map with further properties', Object.assign(new Map(), { more: 1 })],
    ['a symbol property', { [Symbol('s')]: 1 }],
    ['an object without a constructor', Object.create(Object.freeze({ __proto__: null }))],
  ])('%s, rather than given back as less', (_, value) => {
    expect(() => defaultCodec.encode({ value })).toThrow(/\$\.value: .+ cannot be kept/)
  })

  test('nesting without end', () => {
    let deep: unknown = new Date(0)
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    expect(() => defaultCodec.encode(deep)).toThrow(/nests deeper than 500/)
  })
})

describe('hostile bytes', () => {
  test.each([
    ['not a table', '{}'],
    ['an empty table', '[]'],
    ['an unknown node', '[["function","alert(1)"]]'],
    ['a reference out of range', '[["array",7]]'],
    ['a reference that is no number', '[["map",{},{}]]'],
    ['an unknown class of bytes', '[["bytes","Function",""]]'],
    ['an unknown error class', '[["error","Function"]]'],
    ['an object as a literal', '[["literal",{"a":1}]]'],
  ])('%s is refused', (_, body) => {
    expect(() => defaultCodec.decode({ format: 'nodes', body })).toThrow(TypeError)
  })

  test('a stored __proto__ is a property, not the prototype', () => {
    const body = JSON.stringify([
      ['object', '__proto__', 1],
      ['object', 'polluted', 2],
      ['literal', true],
    ])
    const decoded = defaultCodec.decode({ format: 'nodes', body }) as object
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype)
    expect(Object.keys(decoded)).toEqual(['__proto__'])
  })

  test('random damage to a table throws or gives a value, and pollutes nothing', () => {
    const { body } = defaultCodec.encode({ a: new Map([[1, new Set(['x'])]]), b: new Date(0) })
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, patch) => {
        const damaged = String(body).slice(0, at) + patch + String(body).slice(at + patch.length)
        try {
          defaultCodec.decode({ format: 'nodes', body: damaged })
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  test('a codec’s text that has no UTF-8 form is refused before it is stored', async () => {
    const codec: Codec = { ...jsonCodec, encode: () => ({ format: 'json', body: '"\ud800"' }) }
    const cache = createCache({
      backend: new ReferenceBackend({ holds: 'bytes' }),
      ttl: 1_000,
      codec,
      clock: createFakeClock(),
    })
    await expect(cache.set('key', 1)).rejects.toThrow(/lone surrogate/)
  })

  test("another codec's format is refused", () => {
    expect(() => defaultCodec.decode({ format: 'msgpack', body: '{}' })).toThrow(/msgpack/)
    expect(() => jsonCodec.decode({ format: 'nodes', body: '[]' })).toThrow(/nodes/)
    expect(() => jsonCodec.encode(undefined)).toThrow(TypeError)
  })
})
