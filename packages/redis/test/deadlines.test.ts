/** A deadline counts time in which the event loop turns, and no other. */
import { TimeoutError } from '@stowage/core'
import { expect, test } from 'vitest'
import { Deadlines } from '../src/deadlines.ts'

const LIMIT_MS = 200

const overrun = (): Error => new TimeoutError('backend', LIMIT_MS)

function holdTheLoop(lengthMs: number): void {
  const endMs = performance.now() + lengthMs
  while (performance.now() < endMs);
}

test('what is never answered is given up in time', async () => {
  const deadlines = new Deadlines(LIMIT_MS, overrun)
  const begunMs = performance.now()
  await expect(async () => deadlines.limit(new Promise(() => undefined))).rejects.toThrow(TimeoutError)
  expect(performance.now() - begunMs).toBeGreaterThanOrEqual(LIMIT_MS - 1)
})

/** Comes a while after the loop turns again. */
function answerAfterTheHold(text: string): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => setTimeout(resolve, LIMIT_MS / 4, text), 1)
  })
}

test('who holds the event loop for longer than a limit costs nobody an answer that comes soon afterwards', async () => {
  const deadlines = new Deadlines(LIMIT_MS, overrun)
  const answer = deadlines.limit(answerAfterTheHold('answer'))
  holdTheLoop(2 * LIMIT_MS)
  const later = deadlines.limit(answerAfterTheHold('later'))
  holdTheLoop(2 * LIMIT_MS)
  expect(await answer).toBe('answer')
  expect(await later).toBe('later')
})
