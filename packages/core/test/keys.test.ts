/** Keys, tags and namespaces: injective, canonical, bounded, and readable back. */
import { type Key, UsageError } from '@stowage/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeySpace, MAX_KEY_BYTES, readStorageKey, writeStorageKey } from '../src/key.ts'
import { decodeParts, encodeParts, type KeyPart } from '../src/key-part.ts'

const root = new KeySpace()

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => value.isWellFormed())
const spicy = fc.oneof(
  text,
  fc.constantFrom('', '#a/=b', '[1,', '=x', '#', '[', '=', 'a/b', 'a', '","', '__proto__', 'undefined', '1', '1n'),
)
const part: fc.Arbitrary<KeyPart> = fc.letrec<{ part: KeyPart }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    spicy,
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('part'), { maxLength: 3 }),
    fc.dictionary(spicy, tie('part'), { maxKeys: 3 }),
  ),
})).part
const key: fc.Arbitrary<Key> = fc.oneof(spicy, fc.array(part, { minLength: 1, maxLength: 3 }))
const path = fc.array(
  spicy.filter((name) => name !== ''),
  { maxLength: 3 },
)

/** Equality as keys see it: -0 is 0, and a null prototype makes no other object. */
function canonical(value: unknown): unknown {
  if (Object.is(value, -0)) return 0
  if (Array.isArray(value)) return value.map(canonical)
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, canonical(held)]))
}

function same(one: unknown, other: unknown): boolean {
  try {
    expect(canonical(one)).toStrictEqual(canonical(other))
    return true
  } catch {
    return false
  }
}

test('different keys in any namespaces never share a storage text, equal ones always do', () => {
  fc.assert(
    fc.property(path, key, path, key, (onePath, oneKey, otherPath, otherKey) => {
      const one = new KeySpace(onePath).storageKey(oneKey)
      const other = new KeySpace(otherPath).storageKey(otherKey)
      expect(one === other).toBe(same(onePath, otherPath) && same(oneKey, otherKey))
    }),
    { numRuns: 3_000 },
  )
})

test('a storage text reads back as the key it was made of', () => {
  fc.assert(
    fc.property(path, key, (names, original) => {
      const space = new KeySpace(names)
      expect(canonical(space.userKey(space.storageKey(original)))).toStrictEqual(canonical(original))
    }),
    { numRuns: 2_000 },
  )
})

test('the text of parts is a prefix of exactly the texts of longer keys that begin with them', () => {
  const [short, long, near] = [encodeParts(['a']), encodeParts(['a', 'b']), encodeParts(['ab'])]
  expect(long.startsWith(short)).toBe(true)
  expect(near.startsWith(short)).toBe(false)
  expect(decodeParts(long)).toEqual(['a', 'b'])
})

test('object keys are sorted, and a missing property is not an undefined one', () => {
  expect(root.storageKey([{ b: 1, a: 2 }])).toBe(root.storageKey([{ a: 2, b: 1 }]))
  expect(root.storageKey([{ a: undefined }])).not.toBe(root.storageKey([{}]))
})

test('a root text key is stored as it is', () => {
  expect(root.storageKey('user:7')).toBe('user:7')
  expect(root.storageKey('')).toBe('')
})

test('a namespace sees its own keys and tags only', () => {
  const [a, ab] = [new KeySpace(['a']), new KeySpace(['a', 'b'])]
  expect(a.userKey(ab.storageKey('k'))).toBeUndefined()
  expect(root.userKey(a.storageKey('k'))).toBeUndefined()
  expect(ab.userTags([...ab.generationTags, ab.storageTag('t'), a.storageTag('u'), 'v'])).toEqual(['t'])
})

describe('refused with a UsageError that names what is allowed', () => {
  const cyclic: Record<string, KeyPart> = {}
  cyclic['self'] = cyclic
  const cases: [string, () => unknown, RegExp][] = [
    ['a lone surrogate', () => root.storageKey('\ud800'), /lone surrogate/],
    ['a lone surrogate in a part', () => root.storageKey(['\udc00']), /lone surrogate/],
    ['a key that is too long', () => root.storageKey('k'.repeat(MAX_KEY_BYTES + 1)), /16385 bytes.*allowed: 16384/],
    ['a key too long in UTF-8 only', () => root.storageKey('é'.repeat(MAX_KEY_BYTES / 2 + 1)), /allowed: 16384/],
    ['no parts', () => root.storageKey([]), /empty array/],
    ['an invalid date', () => root.storageKey([new Date(Number.NaN)]), /invalid Date/],
    ['a cycle', () => root.storageKey([cyclic]), /nest deeper/],
    ['an empty prefix', () => root.storagePrefix(''), /all: true/],
    ['an empty tag', () => root.storageTag(''), /non-empty text/],
    ['an empty namespace', () => root.child(''), /allowed: 1 to 256/],
    [
      'a namespace in eight others',
      () => Array.from('123456789').reduce((space, name) => space.child(name), root),
      /'9' would nest deeper than 8/,
    ],
  ]
  test.each(cases)('%s', (_, act, message) => {
    expect(act).toThrow(UsageError)
    expect(act).toThrow(message)
  })
})

test('a key of exactly the allowed length is fine', () => {
  expect(root.storageKey('k'.repeat(MAX_KEY_BYTES))).toHaveLength(MAX_KEY_BYTES)
})

test.each<[readonly string[], Key]>([
  [[], 'user:7'],
  [[], '#looks like a namespace/=x'],
  [[], ['user', 7, { at: new Date(0) }]],
  [['app'], 'x=[y]'],
  [
    ['app', 'a/b=[c]'],
    ['x/=', 1],
  ],
  [['ä', '#'], '=x'],
])('the storage text of %j %j leads back to it', (namespace, key) => {
  const space = namespace.reduce((parent, name) => parent.child(name), new KeySpace())
  expect(readStorageKey(space.storageKey(key))).toEqual({ namespace, key })
  expect(writeStorageKey(namespace, key)).toBe(space.storageKey(key))
})

test.each(['#', '#a', '#a/', '#%/=x', '[not parts'])('%j is the storage text of no key', (text) => {
  expect(readStorageKey(text)).toBeUndefined()
})
