/** Guards services against a sweep on end: between two steps it rests for longer than the step took. */
import { expect, test } from 'vitest'
import { sweepInTurns } from '../src/sweep-turns.ts'

const STEP_MS = 4

/** Three steps, of which each holds what it holds for a while. */
function threeSteps(onStep: () => void = () => undefined) {
  let left = 3
  return {
    sweep() {
      onStep()
      const endMs = performance.now() + STEP_MS
      while (performance.now() < endMs) Date.now()
      left--
      return { expired: 1, invalidated: 2, done: left === 0 }
    },
  }
}

test('it rests between steps, and not after the last', async () => {
  const rests: number[] = []
  const told: number[] = []
  const rest = async (lengthMs: number) => void rests.push(lengthMs)
  const sum = await sweepInTurns(threeSteps(), new AbortController().signal, rest, (count) => void told.push(count))
  expect(sum).toEqual({ expired: 3, invalidated: 6 })
  expect(told).toEqual([3, 6, 9])
  expect(rests).toHaveLength(2)
  for (const lengthMs of rests) expect(lengthMs).toBeGreaterThan(STEP_MS)
})

test('it ends at the next step when it is interrupted', async () => {
  const interruption = new AbortController()
  let steps = 0
  const backend = threeSteps(() => steps++)
  const rest = async () => interruption.abort(new Error('interrupted'))
  await expect(sweepInTurns(backend, interruption.signal, rest, () => undefined)).rejects.toThrow('interrupted')
  expect(steps).toBe(1)
})
