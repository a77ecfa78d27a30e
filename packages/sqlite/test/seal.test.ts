/** A flipped bit in an instant or a counter shows in the checksum. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sealed } from '../src/seal.ts'

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const facts = fc.record({
  storedAtMs: count,
  staleAtMs: count,
  errorOnlyAtMs: count,
  expireAtMs: count,
  slidingMs: count,
  tagEpoch: count,
  written: count,
})
const checksum = fc.nat({ max: 0xffff_ffff })

test('sealing twice gives the checksum back', () => {
  fc.assert(
    fc.property(facts, checksum, (given, sum) => {
      expect(sealed(sealed(sum, given), given)).toBe(sum)
    }),
    { seed: 1 },
  )
})

test('any other value of any one fact gives another checksum', () => {
  const names = ['storedAtMs', 'staleAtMs', 'errorOnlyAtMs', 'expireAtMs', 'slidingMs', 'tagEpoch', 'written'] as const
  const bit = fc.nat({ max: 52 })
  fc.assert(
    fc.property(facts, checksum, fc.constantFrom(...names), bit, (given, sum, name, at) => {
      const flipped = Number(BigInt(given[name]) ^ (1n << BigInt(at)))
      expect(sealed(sealed(sum, given), { ...given, [name]: flipped })).not.toBe(sum)
    }),
    { seed: 1, numRuns: 2_000 },
  )
})
