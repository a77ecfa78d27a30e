/** The range of a prefix holds exactly the keys that begin with it, in the order SQLite compares texts. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyAfter, prefixRange } from '../src/prefix-range.ts'

/** Texts made of the code points at which orders and encodings change. */
const text = fc.string({
  unit: fc.constantFrom(
    '\0',
    'a',
    'b',
    '\u007f',
    '\u0080',
    '\u07ff',
    '\u0800',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '😀',
    '\u{10ffff}',
  ),
  maxLength: 4,
})

function isWithin(key: string, { from, below }: { from: string; below: string | Uint8Array }): boolean {
  const bytes = Buffer.from(key)
  const isBelow = typeof below !== 'string' || Buffer.compare(bytes, Buffer.from(below)) < 0
  return Buffer.compare(bytes, Buffer.from(from)) >= 0 && isBelow
}

test('of any prefix', () => {
  const property = fc.property(text, text, (prefix, key) => {
    expect(isWithin(key, prefixRange(prefix))).toBe(key.startsWith(prefix))
    expect(isWithin(prefix + key, prefixRange(prefix))).toBe(true)
  })
  fc.assert(property, { seed: 1, numRuns: 5_000 })
})

test('the key after a key is after it and before everything else', () => {
  const property = fc.property(text, text, (key, other) => {
    fc.pre(Buffer.compare(Buffer.from(other), Buffer.from(key)) > 0)
    expect(isWithin(other, { from: keyAfter(key), below: new Uint8Array([0xff]) })).toBe(true)
    expect(isWithin(key, { from: keyAfter(key), below: new Uint8Array([0xff]) })).toBe(false)
  })
  fc.assert(property, { seed: 1, numRuns: 2_000 })
})
