import { expect, test } from 'vitest'
import { plainRow } from '../src/server/plain-row.ts'

test('a bigint becomes a number while that is exact', () => {
  const largest = BigInt(Number.MAX_SAFE_INTEGER)
  expect(plainRow({ count: largest, text: 'a', none: null, yes: true, half: 0.5 })).toEqual({
    count: Number.MAX_SAFE_INTEGER,
    text: 'a',
    none: null,
    yes: true,
    half: 0.5,
  })
  expect(() => plainRow({ count: largest + 1n })).toThrow('column count: 9007199254740992 is beyond')
})

test.each([new Date(0), Number.NaN, Number.POSITIVE_INFINITY, undefined, [1]])(
  '%s is not stored as if it were plain',
  (value) => {
    expect(() => plainRow({ odd: value })).toThrow('column odd: ')
  },
)
