/**
 * Regression: a property whose name JSON writes with an escape came back under another name, where the process had read one with a backslash
 * before: JSON.parse of Node 24 and 26 takes it for that one (nodejs/node#63785).
 */
import { defaultCodec } from '@stowage/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const LETTERS = ['\\', '"', '\n', '\u0001', '\ud800', '\udc00', 'a', 'n', 'u', '/', '\u{1f600}']
const name = fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 3 })
const dictionary = fc.dictionary(name, fc.constantFrom(1, null, 'a\nb', undefined), {
  maxKeys: 4,
  noNullPrototype: false,
})

function reread(value: unknown): unknown {
  return defaultCodec.decode(defaultCodec.encode(value))
}

/** Property names are texts here, which are read as they are. */
function told(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(told)
  return [
    Object.getPrototypeOf(value) === null ? 'bare' : 'plain',
    ...Object.entries(value).map(([key, part]) => [key, told(part)]),
  ]
}

test('every name comes back, whatever has been read before', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(dictionary, fc.record({ part: dictionary }))), (value) => {
      expect(told(reread(value))).toEqual(told(value))
    }),
    { numRuns: 20_000 },
  )
})

test.each([
  ['as it is', { a: 'line\nline', 'b c': '\\' }, 'json'],
  ['with a quote', { '"': 1 }, 'typed'],
  ['with half of a character', { part: { '\ud800': 1 } }, 'typed'],
  ['of a whole character beyond 16 bits', { '\u{1f600}': '"' }, 'json'],
])('a name %s', (_, value, format) => {
  expect(defaultCodec.encode(value).format).toBe(format)
  expect(told(reread(value))).toEqual(told(value))
})

test('of an error, too, and shared parts stay shared', () => {
  const shared = { '\n': 1 }
  const error = Object.assign(new RangeError('out'), { '"': shared, again: shared })
  defaultCodec.decode({ format: 'json', body: '{"\\\\":0}' })
  const found = reread(error)
  expect(found).toMatchObject({ message: 'out', '"': { '\n': 1 } })
  if (!(found instanceof RangeError)) throw new TypeError('no RangeError')
  expect(Reflect.get(found, '"')).toBe(Reflect.get(found, 'again'))
})

test.each([['~#fields'], ['~#fields', 'a', 1, 5, 2], ['~#fields', ['a', 1]], ['~#bare', 'a', 1, null]])(
  'text that says %o is refused, or has what it says',
  (...parsed) => {
    const read = () => defaultCodec.decode({ format: 'typed', body: JSON.stringify(parsed) })
    expect(read).toThrow(/no (name|fields) where/)
  },
)
