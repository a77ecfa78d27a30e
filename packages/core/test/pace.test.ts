/** Turns of the event loop: who waits for one has it, in order, and what is done in each is bounded. */
import { setImmediate as turn } from 'node:timers/promises'
import { Pace } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'

test('others that use up each turn keep nobody waiting for ever', async () => {
  const pace = new Pace()
  let isOver = false
  const hogging = (async () => {
    for (; !isOver; await turn()) while (!pace.isLate());
  })()
  for (let at = 0; at < 100; at++) expect(await pace.onTurn(() => at)).toBe(at)
  isOver = true
  await hogging
})

test('what fails in its turn fails alone', async () => {
  const pace = new Pace()
  const looks = [() => 'one', () => Promise.reject(new Error('later')), () => fail(), () => 'four']
  const answers = await Promise.allSettled(looks.map((look) => pace.onTurn<string>(look)))
  expect(answers.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)))).toEqual([
    'one',
    'Error: later',
    'Error: at once',
    'four',
  ])
})

test('who comes while others wait for their turn waits behind them', async () => {
  let nowMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  onTestFinished(() => clock.mockRestore())
  const pace = new Pace()
  expect(pace.mustWait()).toBe(false)
  nowMs += 8
  expect(pace.mustWait()).toBe(false)
  nowMs += 1
  expect(pace.mustWait()).toBe(true)
  const first = pace.onTurn(() => 'first')
  nowMs = 0
  expect(pace.mustWait()).toBe(true)
  expect(await first).toBe('first')
  expect(pace.mustWait()).toBe(false)
})

function fail(): string {
  throw new Error('at once')
}
