import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forbids, parseDirectives, permits, secondsOf } from '../src/directives.ts'
import { parseDictionary } from '../src/structured-dictionary.ts'

describe('what forbids holds in any form', () => {
  test.each([
    'private',
    'PRIVATE',
    'private=""',
    'private="set-cookie"',
    'private;x',
    'private =x',
    ' ,, private',
    'max-age=60,private',
    'max-age=60, ext="unclosed, private',
    'ext="a\\"b", private',
    'private, public',
  ])('%s', (text) => {
    expect(forbids(parseDirectives(text), 'private')).toBe(true)
  })

  test.each(['ext="private"', 'x-private', 'privat', 'ext="a, private"', ''])('not %s', (text) => {
    expect(forbids(parseDirectives(text), 'private')).toBe(false)
  })
})

test('what permits must be well-formed', () => {
  expect(permits(parseDirectives('public'), 'public')).toBe(true)
  for (const text of ['public=x', 'public;', 'public public', 'public, public=1']) {
    expect(permits(parseDirectives(text), 'public'), text).toBe(false)
  }
})

test('of several times the least counts, and malformed ones are 0', () => {
  const seconds = (text: string): number | undefined => secondsOf(parseDirectives(text), 'max-age')
  expect(seconds('max-age=60')).toBe(60)
  expect(seconds('max-age="60"')).toBe(60)
  expect(seconds('max-age=0060')).toBe(60)
  expect(seconds('max-age=60, max-age=5')).toBe(5)
  expect(seconds('max-age=99999999999')).toBe(2_147_483_648)
  for (const text of [
    'max-age',
    'max-age=',
    'max-age=-1',
    'max-age=6a',
    'max-age =6',
    'max-age= 6',
    "max-age='6'",
    'max-age=6.0',
  ]) {
    expect(seconds(text), text).toBe(0)
  }
  expect(seconds('s-maxage=60')).toBeUndefined()
})

const pieces = fc.constantFrom(
  'private',
  'no-store',
  'max-age',
  '=',
  ',',
  '"',
  '\\',
  ' ',
  '\t',
  '60',
  'é',
  '\u0000',
  ';',
  '(',
  ')',
  '?1',
  ':',
  '@',
)
const garbage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(pieces, { maxLength: 60 }).map((list) => list.join('')),
)

test('nothing makes the parsers throw', () => {
  fc.assert(
    fc.property(garbage, (text) => {
      parseDirectives(text)
      parseDictionary(text)
    }),
    { numRuns: 20_000 },
  )
})

test('a directive that forbids is found behind any garbage without a quote', () => {
  fc.assert(
    fc.property(garbage, (text) => {
      const before = text.replaceAll('"', '')
      return forbids(parseDirectives(`${before},no-store`), 'no-store')
    }),
    { numRuns: 5_000 },
  )
})

test('the time of parsing grows with the length only', () => {
  for (const piece of ['"', '\\"', 'a="', ',', '=', 'a ', '(', ';a', '"a"']) {
    const text = piece.repeat(500_000 / piece.length)
    const before = performance.now()
    parseDirectives(text)
    parseDictionary(text)
    // A quadratic parser takes minutes.
    expect(performance.now() - before, piece).toBeLessThan(5_000)
  }
})
