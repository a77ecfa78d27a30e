/** Which part of a body a Range asks for (RFC 9110, 14.1.2), at its edges. */
import { expect, test } from 'vitest'
import { byteRange, isRangeOf } from '../src/byte-range.ts'

test.each<[string, number, ReturnType<typeof byteRange>]>([
  ['bytes=0-0', 5, { from: 0, to: 1 }],
  ['BYTES=1-', 5, { from: 1, to: 5 }],
  ['bytes=4-9', 5, { from: 4, to: 5 }],
  ['bytes=-2', 5, { from: 3, to: 5 }],
  ['bytes=-9', 5, { from: 0, to: 5 }],
  [`bytes=0-${'9'.repeat(400)}`, 5, { from: 0, to: 5 }],
  [`bytes=-${'9'.repeat(400)}`, 5, { from: 0, to: 5 }],
  ['bytes=5-', 5, 'unsatisfiable'],
  [`bytes=${'9'.repeat(400)}-`, 5, 'unsatisfiable'],
  ['bytes=-0', 5, 'unsatisfiable'],
  ['bytes=-1', 0, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
])('%s of %j bytes', (header, sizeBytes, range) => {
  expect(byteRange(header, sizeBytes)).toEqual(range)
})

test.each([
  undefined,
  '',
  'bytes',
  'bytes=',
  'bytes=-',
  'bytes=2-1',
  'bytes=9-8',
  'bytes=0-1,3-4',
  'bytes=0-1-2',
  'bytes=+1-2',
  'bytes=1-2x',
  'bytes=0x1-2',
  'bytes=1.5-2',
  'items=0-1',
])('%j asks for nothing that is given in part', (header) => {
  expect(byteRange(header, 5)).toBeUndefined()
})

test.each<[string | undefined, boolean]>([
  [undefined, true],
  ['"1"', true],
  ['"2"', false],
  ['W/"1"', false],
  ['1', false],
  ['Thu, 01 Jan 2026 00:00:00 GMT', true],
  ['Thu, 01 Jan 2026 00:00:01 GMT', false],
])('If-Range: %s', (ifRange, isOf) => {
  const validators = {
    etag: '"1"',
    lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT',
    date: 'Thu, 01 Jan 2026 00:00:01 GMT',
  }
  expect(isRangeOf(ifRange, validators, Date.UTC(2026, 0, 2))).toBe(isOf)
})

test('a date says nothing of what may have changed again within its second', () => {
  const same = { etag: undefined, lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT', date: 'Thu, 01 Jan 2026 00:00:00 GMT' }
  expect(isRangeOf('Thu, 01 Jan 2026 00:00:00 GMT', same, Date.UTC(2026, 0, 2))).toBe(false)
})
