/** The memory backend keeps every clause of docs/contract.md on spaces, and keeps them however many there are. */
import { UsageError } from '@stowage/core'
import { spaceCases } from '@stowage/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryBackend } from '../src/index.ts'
import { compareTexts, SortedKeys } from '../src/spaces/sorted-keys.ts'

for (const each of spaceCases) {
  test(`${each.clause} ${each.name}`, async () => {
    const { spaces } = memoryBackend({ maxEntries: 1 })
    await each.run({ spaces, others: spaces })
  })
}

test('texts are in the order of their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      expect(Math.sign(compareTexts(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)))
    }),
    { numRuns: 2_000 },
  )
})

test('keys stay in order over many blocks, whatever is added and removed', () => {
  const keys = new SortedKeys()
  const expected = new Set<string>()
  const key = fc.integer({ min: 0, max: 4_000 }).map((n) => String(n))
  fc.assert(
    fc.property(
      fc.array(key, { minLength: 100, maxLength: 600 }),
      fc.array(key, { maxLength: 300 }),
      (added, removed) => {
        for (const each of added) {
          if (!expected.has(each)) keys.add(each)
          expected.add(each)
        }
        for (const each of removed) if (expected.delete(each)) keys.delete(each)
        const sorted = [...expected].sort()
        expect(keys.slice(0, keys.count)).toEqual(sorted)
        expect(keys.slice(17, 1_100)).toEqual(sorted.slice(17, 1_100))
        const probe = String(added.length)
        expect(keys.rankOf(probe)).toBe(sorted.filter((each) => each < probe).length)
      },
    ),
    { numRuns: 60 },
  )
  expect(keys.count).toBeGreaterThan(1_100)
})

test('spaces end with their backend', () => {
  const backend = memoryBackend({ maxEntries: 1 })
  void backend.close()
  expect(() => backend.spaces.names()).toThrow(UsageError)
})
