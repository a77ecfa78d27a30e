import { expect, test } from 'vitest'
import { addressOf, readRange } from '../src/client/range/range-in-address.ts'

const days = { from: '2001-01-01', to: '2001-06-30' }

test('a range survives the way into the address and back', () => {
  const range = { from: '2001-02-01', to: '2001-02-28' }
  const address = addressOf(range, days, '/')
  expect(address).toBe('/?from=2001-02-01&to=2001-02-28')
  expect(readRange(address.slice(1), days)).toEqual({ range, complaint: undefined })
})

test('all days need no query, and no query means all days', () => {
  expect(addressOf(days, days, '/')).toBe('/')
  expect(readRange('', days)).toEqual({ range: days, complaint: undefined })
  expect(readRange('?from=2001-06-01', days).range).toEqual({ from: '2001-06-01', to: '2001-06-30' })
})

test.each([
  ['?from=', 'A day is missing.'],
  ['?from=soon', '“soon” is not a day written YYYY-MM-DD.'],
  ['?to=2001-02-29', '“2001-02-29” is not a day written YYYY-MM-DD.'],
  ['?to=2001-07-01', '2001-07-01 is outside the flights’ days, 2001-01-01 to 2001-06-30.'],
  ['?from=2001-03-02&to=2001-03-01', 'The range begins (2001-03-02) after it ends (2001-03-01).'],
])('%s falls back to all days and says why', (search, complaint) => {
  expect(readRange(search, days)).toEqual({ range: days, complaint })
})
