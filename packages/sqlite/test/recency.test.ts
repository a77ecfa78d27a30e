/** Noted uses: bounded, in order, each handed out once. */
import { expect, test } from 'vitest'
import { Recency } from '../src/recency.ts'

test('a later use has a higher place, and each is handed out once', () => {
  const recency = new Recency(true)
  for (const id of [1, 2, 1]) recency.note(id)
  const [first, second] = [recency.take(1), recency.take(2)]
  expect(first?.count).toBe(2)
  expect(first?.rank).toBeGreaterThan(second?.rank ?? Number.POSITIVE_INFINITY)
  expect(recency.take(1), 'only once').toBeUndefined()
})

test('never more than 16,384 are noted, and the latest 8,192 are among them', () => {
  const recency = new Recency(true)
  for (let id = 1; id <= 16_384; id++) recency.note(id)
  expect(recency.size).toBe(16_384)
  recency.note(16_385)
  expect(recency.size, 'the earlier half is forgotten').toBe(8_193)
  expect(recency.take(8_192)).toBeUndefined()
  expect(recency.take(8_193)).toBeDefined()
})

test('an entry that is used again is one of the latest, with all its uses', () => {
  const recency = new Recency(true)
  recency.note(0)
  for (let id = 1; id <= 8_192; id++) recency.note(id)
  recency.note(0)
  expect(recency.size, 'noted once').toBe(8_193)
  for (let id = 8_193; id <= 16_383; id++) recency.note(id)
  expect(recency.take(0)?.count).toBe(2)
  expect(recency.take(1), 'noted just after it, and not used again').toBeUndefined()
})

test('a policy that does not look at uses has none noted', () => {
  const recency = new Recency(false)
  recency.note(1)
  expect(recency.size).toBe(0)
})
