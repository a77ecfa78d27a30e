/** The one timer of all deadlines: armed while somebody waits, left for the next call, and gone with the cache. */
import { createFakeClock } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { Deadline } from '../src/deadline.ts'
import { turn } from './held-loader.ts'

const LIMIT_MS = 100

function start() {
  const clock = createFakeClock()
  const deadline = new Deadline(clock, LIMIT_MS)
  const givenUp: string[] = []
  const begin = (name: string) => deadline.begin(() => givenUp.push(name))
  const pass = async (durationMs: number) => {
    clock.advanceMs(durationMs)
    await turn()
  }
  return { clock, deadline, givenUp, begin, pass }
}

test('its timer is armed once for calls in a row, and not again when nobody waits', async () => {
  const { clock, deadline, begin, pass } = start()
  for (let call = 0; call < 10; call++) {
    expect(deadline.end(begin('call'))).toBe(true)
    expect(clock.timerCount).toBe(1)
  }
  await pass(LIMIT_MS)
  expect(clock.timerCount).toBe(0)
})

test('each is given up when its own time is over, those that others began by being given up as well', async () => {
  const { deadline, givenUp, begin, pass } = start()
  deadline.begin(() => {
    givenUp.push('first')
    begin('begun by the first')
  })
  await pass(60)
  begin('second')
  await pass(39)
  expect(givenUp).toEqual([])
  await pass(1)
  expect(givenUp).toEqual(['first'])
  await pass(60)
  expect(givenUp).toEqual(['first', 'second'])
  await pass(40)
  expect(givenUp).toEqual(['first', 'second', 'begun by the first'])
})

test('one that begins between the look and the giving up is not forgotten, and what is answered there is in time', async () => {
  const { clock, deadline, givenUp, begin, pass } = start()
  begin('late')
  const answered = begin('answered')
  clock.advanceMs(LIMIT_MS)
  expect(deadline.end(answered)).toBe(true)
  begin('next')
  await turn()
  expect(givenUp).toEqual(['late'])
  await pass(LIMIT_MS)
  expect(givenUp).toEqual(['late', 'next'])
})

test('closed, it leaves no timer behind: at once, or with the last that waits', async () => {
  const { clock, deadline, begin } = start()
  deadline.end(begin('over'))
  const waiting = [begin('one'), begin('other')]
  deadline.close()
  for (const each of waiting) {
    expect(clock.timerCount).toBe(1)
    deadline.end(each)
  }
  expect(clock.timerCount).toBe(0)
  const idle = start()
  idle.deadline.end(idle.begin('over'))
  idle.deadline.close()
  expect(idle.clock.timerCount).toBe(0)
})
