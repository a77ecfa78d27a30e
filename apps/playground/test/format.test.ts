import { expect, test } from 'vitest'
import { formatBytes, formatDays, formatMinutes, formatSpan } from '../src/client/format.ts'

test('a span is told in the largest unit it fills', () => {
  expect([0.4, 999, 1_000, 59_999, 60_000, 3_600_000, 90_000_000].map(formatSpan)).toEqual([
    '0 ms',
    '999 ms',
    '1 s',
    '59 s',
    '1 min',
    '1 h',
    '1 d',
  ])
})

test('minutes have one decimal and a true minus', () => {
  expect([-5, 6.66].map(formatMinutes)).toEqual(['−5.0', '6.7'])
})

test('bytes', () => {
  expect([0, 999, 266_240, 2_345_678].map(formatBytes)).toEqual(['0 B', '999 B', '266 kB', '2.3 MB'])
})

test('two days are told without what they share', () => {
  expect(formatDays({ from: '2001-01-01', to: '2001-06-30' })).toMatch(/^Jan 1\s–\sJun 30, 2001$/)
})
