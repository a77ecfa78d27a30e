/** The pure rules: durations, instants, freshness, sizes, patterns. Both sides of each edge. */
import {
  byteCount,
  byteCountOrNone,
  ConfigError,
  type Duration,
  durationMs,
  escapeGlob,
  freshnessOf,
  NEVER_MS,
  ttlMs,
} from '@stowage/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseGlob } from '../src/glob.ts'
import { entryTimes } from '../src/ttl.ts'

test.each<[Duration, number]>([
  [1, 1],
  [0.2, 1],
  ['500ms', 500],
  ['30s', 30_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
  ['2w', 1_209_600_000],
])('%s is %d ms', (duration, expected) => {
  expect(durationMs('ttl', duration)).toBe(expected)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5 parsecs', '0s', '', '10', 's', null, undefined, {}, 5n])(
  '%s is no duration and no ttl, and the error names option and value',
  (value) => {
    expect(() => durationMs('jitterWindow', value)).toThrow(ConfigError)
    expect(() => ttlMs('ttl', value)).toThrow(/^ttl: .+ is not a ttl; allowed: .+'forever'$/)
  },
)

test("only a ttl may be 'forever'", () => {
  expect(ttlMs('ttl', 'forever')).toBe(NEVER_MS)
  expect(() => durationMs('staleWhileRevalidate', 'forever')).toThrow(ConfigError)
})

const windows = { freshMs: 50, staleWhileRevalidateMs: 20, staleIfErrorMs: 30 }

test('both stale windows begin where freshness ends, the longer one decides, and no sum passes the last instant', () => {
  const times = { storedAtMs: 1_000, staleAtMs: 1_050, errorOnlyAtMs: 1_070, expireAtMs: 1_080 }
  expect(entryTimes(1_000, windows)).toEqual(times)
  expect(entryTimes(1_000, { ...windows, staleIfErrorMs: 0 })).toEqual({ ...times, expireAtMs: 1_070 })
  const ever = entryTimes(1_000, { ...windows, freshMs: NEVER_MS })
  expect([ever.staleAtMs, ever.errorOnlyAtMs - ever.staleAtMs, ever.expireAtMs - ever.staleAtMs]).toEqual([
    NEVER_MS,
    20,
    30,
  ])
  const endless = { freshMs: NEVER_MS, staleWhileRevalidateMs: NEVER_MS, staleIfErrorMs: NEVER_MS }
  expect(Object.values(entryTimes(1_000, endless)).every(Number.isSafeInteger)).toBe(true)
})

test.each([
  [999, 'fresh'],
  [1_049, 'fresh'],
  [1_050, 'stale'],
  [1_069, 'stale'],
  [1_070, 'error-only'],
  [1_079, 'error-only'],
  [1_080, 'gone'],
] as const)('at %d the value is %s', (nowMs, expected) => {
  expect(freshnessOf(entryTimes(1_000, windows), nowMs)).toBe(expected)
})

test('sizes', () => {
  expect([byteCount('max', 7), byteCount('max', '2KB'), byteCount('max', '2KiB'), byteCount('max', '1.5MB')]).toEqual([
    7, 2_000, 2_048, 1_500_000,
  ])
  for (const size of [0, -1, 1.5, '2 KB', '2TB', 'KB', Number.NaN])
    expect(() => byteCount('max', size)).toThrow(ConfigError)
  expect([byteCountOrNone('max', 0), byteCountOrNone('max', '2KB')]).toEqual([0, 2_000])
  expect(() => byteCountOrNone('max', -1)).toThrow('max: -1 is not a size; allowed: 0 for none, whole bytes above 0,')
})

describe('patterns', () => {
  test.each([
    ['*', '', true],
    ['a*', 'abc', true],
    ['a*c', 'abcbc', true],
    ['a*c', 'abcb', false],
    ['?', '😀', true],
    ['?', '', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
  ])('%s over %s: %s', (pattern, text, expected) => {
    expect(parseGlob(pattern).matches(text)).toBe(expected)
  })

  test('an escaped text matches itself and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const glob = parseGlob(escapeGlob(text))
        expect([glob.literalPrefix, glob.matches(text), glob.matches(other)]).toEqual([text, true, other === text])
      }),
    )
  })

  test('a hostile pattern takes no more than pattern length times text length', () => {
    const glob = parseGlob(`${'*a'.repeat(200)}b`)
    const text = 'a'.repeat(4_000)
    const startedAt = performance.now()
    expect(glob.matches(text)).toBe(false)
    // A backtracking matcher would not come back in this universe's time.
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })
})
