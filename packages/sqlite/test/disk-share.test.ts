/** How `maxBytes` is divided: the parts never exceed the whole, and each has its least and its most. */
import { expect, test } from 'vitest'
import { diskShareOf } from '../src/disk-share.ts'

const MIB = 1_048_576

test.each([
  ['a huge one: 80 MiB for the log', 10_000 * MIB, 80 * MIB],
  ['the default: an eighth', 500 * MIB, 62.5 * MIB],
  ['a small one: 4 MiB at least', 24 * MIB, 4 * MIB],
  ['a smaller one: a quarter at most', 8 * MIB, 2 * MIB],
] as const)('%s', (_, maxBytes, reserveBytes) => {
  const logBytes = Math.floor(reserveBytes * 0.8)
  const roomBytes = maxBytes - reserveBytes
  expect(diskShareOf(maxBytes)).toEqual({
    roomBytes,
    entryBytes: roomBytes - MIB / 8,
    logBytes,
    transactionBytes: Math.floor(logBytes / 16),
  })
})

test('the tiniest: a log and room that a database cannot do without, and no entry larger than the limit', () => {
  expect(diskShareOf(100_000)).toEqual({
    roomBytes: MIB,
    entryBytes: 100_000,
    logBytes: MIB / 2,
    transactionBytes: MIB / 32,
  })
})
