/** The default codec: every kept type comes back as it was, and what could not is refused. */
import { isDeepStrictEqual } from 'node:util'
import { type Codec, createCache, defaultCodec, isPlain, jsonCodec } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { KEPT_VALUES } from './golden/kept-values.ts'

function roundTrip(value: unknown): unknown {
  return defaultCodec.decode(defaultCodec.encode(value))
}

/** Any UTF-16, lone surrogates included, and texts that mean something to the format or to JavaScript. */
const texts = fc.oneof(
  fc.string({ unit: fc.integer({ max: 0xffff, min: 0 }).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom('~', '~u', '~~', '~@0', '~h', '~#map', '~#bare', '__proto__', 'constructor', 'toJSON', 'length', '0'),
)

const valuesNamed = (names: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.anything({
    key: names,
    values: [texts, fc.double(), fc.boolean(), fc.constantFrom(null, undefined, -0, Number.NaN)],
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
    withSparseArray: true,
  })

test('anything made of the kept types comes back as it was', () => {
  // vitest takes an own constructor for the class; `node:assert` of Node 22 finds no two invalid dates equal.
  const kept = valuesNamed(texts.filter((text) => text !== 'constructor'))
  fc.assert(
    fc.property(kept, (value) => {
      expect(roundTrip(value)).toStrictEqual(value)
    }),
    { numRuns: 3_000 },
  )
})

test('any graph of objects comes back in its shape', () => {
  const edges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 })
  const kinds = fc.array(fc.constantFrom('object', 'array', 'map', 'set'), { minLength: 6, maxLength: 6 })
  fc.assert(
    fc.property(kinds, edges, (kindOf, links) => {
      // The date keeps it from being plain: JSON writes a shared part for every place it is in.
      const value = [new Date(0), ...graphOf(kindOf, links)]
      expect(shapeOf(roundTrip(value))).toEqual(shapeOf(value))
    }),
    { numRuns: 500 },
  )
})

type Kind = 'object' | 'array' | 'map' | 'set'
type Part = Record<string, unknown> | unknown[] | Map<unknown, unknown> | Set<unknown>

function graphOf(kinds: readonly Kind[], edges: readonly (readonly [number, number])[]): Part[] {
  const parts = kinds.map((kind): Part => {
    if (kind === 'object') return { at: new Date(0) }
    return kind === 'array' ? [] : kind === 'map' ? new Map() : new Set()
  })
  for (const [from, to] of edges) {
    const [part, other] = [parts[from], parts[to]]
    if (part instanceof Map) part.set(other, other)
    else if (part instanceof Set) part.add(other)
    else if (Array.isArray(part)) part.push(other)
    else if (part !== undefined) part[`to ${to}`] = other
  }
  return parts
}

/** Each object once, by the order in which it is met, with its class and its parts. */
function shapeOf(root: unknown): unknown[] {
  const met = new Map<object, number>()
  const shape: unknown[] = []
  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const known = met.get(value)
    if (known !== undefined) return `#${known}`
    const index = met.size
    met.set(value, index)
    const parts: unknown[] = value instanceof Map || value instanceof Set ? [...value].flat() : Object.values(value)
    shape[index] = [Object.getPrototypeOf(value) === null ? null : value.constructor.name, ...parts.map(visit)]
    return `#${index}`
  }
  visit(root)
  return shape
}

test.each(KEPT_VALUES)('%s', (_, make) => {
  const value = make()
  const decoded = roundTrip(value)
  expect(decoded).toStrictEqual(value)
  if (value !== null) expect(Object.getPrototypeOf(decoded)).toBe(Object.getPrototypeOf(value))
})

test('own names that mean something to JavaScript', () => {
  const value = { constructor: { name: 'Map' }, hasOwnProperty: 1, length: 2, at: new Date(0) }
  expect(Object.entries(roundTrip(value) ?? {})).toStrictEqual(Object.entries(value))
})

test('views keep what they show, whatever lies around it', () => {
  const memory = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(roundTrip(memory.subarray(1, 3))).toStrictEqual(new Uint8Array([2, 3]))
  expect(roundTrip([memory.subarray(1, 3)])).toStrictEqual([new Uint8Array([2, 3])])
  expect(roundTrip([new Uint16Array(memory.buffer, 2, 2)])).toStrictEqual([new Uint16Array([0x0403, 0x0605])])
})

test('parts that are shared many times over do not multiply', () => {
  let shared: unknown = { leaf: 'x' }
  for (let level = 0; level < 40; level++) shared = [shared, shared]
  const { format, body } = defaultCodec.encode(shared)
  expect(format).toBe('typed')
  expect(body.length).toBeLessThan(1_000)
})

test('an error keeps class, name, message, stack, cause and own fields', () => {
  const error = Object.assign(new RangeError('too far', { cause: new Error('inner') }), { code: 'E_FAR' })
  const named = Object.assign(new Error('out'), { name: 'OutError' })
  const decoded = roundTrip({ error, named }) as { error: RangeError & { code: string }; named: Error }
  expect(decoded.error).toBeInstanceOf(RangeError)
  expect([decoded.error.message, decoded.error.stack, decoded.error.code]).toEqual([
    error.message,
    error.stack,
    'E_FAR',
  ])
  expect(Object.keys(decoded.error)).toEqual(['code'])
  expect(Object.hasOwn(decoded.error, 'name')).toBe(false)
  expect(decoded.error.cause).toMatchObject({ message: 'inner' })
  expect(decoded.named.name).toBe('OutError')
})

test('plain values cost plain JSON, bytes no copy', () => {
  const rows = [{ id: 1, name: '~a', tags: ['x', null, true] }]
  expect(defaultCodec.encode(rows)).toEqual({ format: 'json', body: JSON.stringify(rows) })
  const bytes = new Uint8Array([1])
  expect(defaultCodec.encode(bytes).body).toBe(bytes)
})

test('encoding changes nothing about the value', () => {
  const value = { at: new Date(0), list: [1n, { deep: undefined }], plain: { a: 1 } }
  const before = structuredClone(value)
  defaultCodec.encode(value)
  expect(value).toStrictEqual(before)
})

test('isPlain says exactly what JSON gives back', () => {
  // A toJSON that is data is not called; it is not looked at either, so it does not pass for plain.
  const values = valuesNamed(texts.filter((text) => text !== 'toJSON'))
  fc.assert(
    fc.property(values, (value) => {
      const text = JSON.stringify([value], (_, part: unknown) => (typeof part === 'bigint' ? null : part))
      expect(isPlain(value)).toBe(isDeepStrictEqual(JSON.parse(text), [value]))
    }),
    { numRuns: 2_000 },
  )
})

test.each<[string, object]>([
  ['an array with further properties', Object.assign([1], { more: 1 })],
  ['a hidden toJSON', Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'other' })],
  ['a symbol property', { [Symbol('s')]: 1 }],
])('%s is not plain', (_, value) => {
  expect(isPlain(value)).toBe(false)
  expect(isPlain([{ value }])).toBe(false)
})

test('a hidden toJSON is not called', () => {
  const value = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'other' })
  expect(roundTrip([value])).toStrictEqual([{ a: 1 }])
})

test('names that another format loses are not plain for it', () => {
  const keepsName = (name: string) => name !== 'lost'
  expect(isPlain({ a: [{ lost: 1 }] }, keepsName)).toBe(false)
  expect(isPlain({ a: [{ kept: 'lost' }] }, keepsName)).toBe(true)
})

describe('refused, with the path of the part', () => {
  class Money {
    cents = 1
  }
  test.each<[string, unknown, RegExp]>([
    ['a function', { on: [new Date(0), { click: () => 1 }] }, /^\$\.on\[1\]\.click: a function/],
    ['a symbol', new Map([[1, Symbol('s')]]), /^\$<value>: a symbol/],
    ['an instance of a class', new Set([{ price: new Money() }]), /^\$<member>\.price: an instance of Money/],
    ['a promise', { later: Promise.resolve(1) }, /^\$\.later: an instance of Promise/],
    ['mostly holes', { list: new Array(1e9) }, /^\$\.list: an array with more than 10000 holes/],
    ['slow regular expressions', [new RegExp('\\p{L}'.repeat(51), 'u')], /more than 50 property escapes/],
  ])('%s', (_, value, message) => {
    expect(() => defaultCodec.encode(value)).toThrow(message)
  })

  test.each<[string, unknown]>([
    ['a subclass of Map', new (class extends Map {})()],
    ['a subclass of Array', new (class extends Array {})()],
    ['a subclass of RegExp', new (class extends RegExp {})('a')],
    ['a Map with further properties', Object.assign(new Map(), { more: 1 })],
    ['an array with further properties', Object.assign([1], { more: 1 })],
    ['a symbol property', { [Symbol('s')]: 1 }],
    ['an object without a constructor', Object.create(Object.freeze({ __proto__: null }))],
  ])('%s, rather than given back as less', (_, value) => {
    expect(() => defaultCodec.encode({ value })).toThrow(/\$\.value: .+ cannot be kept/)
  })

  test.each<[string, number, (part: unknown) => unknown]>([
    ['arrays', 100_000, (part) => [part]],
    ['a linked list', 100_000, (part) => ({ next: part })],
    ['Maps', 100_000, (part) => new Map([[part, 1]])],
    ['errors', 1_000, (part) => new Error('outer', { cause: part })],
  ])('%s nested without end', (_, depth, around) => {
    let deep: unknown = 'core'
    for (let at = 0; at < depth; at++) deep = around(deep)
    expect(() => defaultCodec.encode(deep)).toThrow(/nests deeper than 500/)
  })

  test('more text than is read back', () => {
    // To write so much would take seconds.
    const stringify = vi.spyOn(JSON, 'stringify').mockReturnValue('x'.repeat(134_217_729))
    onTestFinished(() => stringify.mockRestore())
    for (const value of ['plain', new Date(0)]) expect(() => defaultCodec.encode(value)).toThrow(/allowed: 134217728/)
  })
})

test('a codec’s text that has no UTF-8 form is refused before it is stored', async () => {
  const codec: Codec = { ...jsonCodec, encode: () => ({ format: 'json', body: '"\ud800"' }) }
  const backend = new ReferenceBackend({ holds: 'bytes' })
  const cache = createCache({ backend, ttl: 1_000, codec, clock: createFakeClock() })
  await expect(cache.set('key', 1)).rejects.toThrow(/lone surrogate/)
})
