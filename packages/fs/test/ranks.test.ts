/** What the times of files are given, and what they say. */
import { expect, test } from 'vitest'
import { areTimesGiven, fileSeconds, isFineInstant, nextRankMs } from '../src/recency.ts'

test('ranks go up, and have places of their own also as times of files', () => {
  let former = 0
  for (let count = 0; count < 10_000; count++) {
    const rankMs = nextRankMs()
    expect(rankMs).toBeGreaterThan(former)
    // As the system keeps it, and as it is read.
    expect(isFineInstant(Math.trunc(fileSeconds(rankMs) * 1e9) / 1e6)).toBe(true)
    former = rankMs
  }
})

test.each([
  ['a rank and the time of the change', 5_000.123_456, 5_004.2, true],
  ['one instant for both', 5_000.123_456, 5_000.123_456, false],
  ['one whole second for both, of which nothing can be told', 5_000, 5_000, true],
])('%s', (_, mtimeMs, ctimeMs, areGiven) => {
  expect(areTimesGiven({ mtimeMs, ctimeMs })).toBe(areGiven)
})
