/** Noted uses: bounded, in order, each handed out once. */
import { expect, test } from 'vitest'
import { Recency } from '../src/recency.ts'

test('a use has its place after the newest write of that moment, and before the next one', () => {
  const recency = new Recency(true)
  for (const id of [1, 2, 1]) recency.note({ id, tick: 7 })
  const [first, second] = [recency.take(1), recency.take(2)]
  expect(first?.count).toBe(2)
  expect(second?.rank).toBeGreaterThan(7)
  expect(first?.rank).toBeGreaterThan(second?.rank ?? 8)
  expect(first?.rank).toBeLessThan(8)
  expect(recency.take(1), 'only once').toBeUndefined()
})

test('never more than 8,192 are noted: the longest noted is forgotten', () => {
  const recency = new Recency(true)
  for (let id = 1; id <= 10_000; id++) recency.note({ id, tick: 1 })
  expect(recency.size).toBe(8_192)
  expect(recency.take(10_000 - 8_192)).toBeUndefined()
  expect(recency.take(10_000 - 8_191)).toBeDefined()
})

test('a policy that does not look at uses has none noted', () => {
  const recency = new Recency(false)
  recency.note({ id: 1, tick: 1 })
  expect(recency.size).toBe(0)
})
