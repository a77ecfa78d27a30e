/** A burst of requests begins over several turns of the event loop, in order; a lone one begins at once. */
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { request, response } from 'express'
import { expect, test } from 'vitest'
import { inShortTurns } from '../src/server/short-turns.ts'

test('a few begin per turn, in the order they came; later ones do not overtake', async () => {
  const begin = inShortTurns(2)
  const begun: number[] = []
  const ask = (number: number) => begin(request, response, () => begun.push(number))
  for (let number = 1; number <= 5; number++) void ask(number)
  expect(begun).toEqual([1, 2])
  await turnOfLoop()
  expect(begun).toEqual([1, 2, 3, 4])
  void ask(6)
  expect(begun).toEqual([1, 2, 3, 4])
  await turnOfLoop()
  expect(begun).toEqual([1, 2, 3, 4, 5, 6])
  await turnOfLoop()
  void ask(7)
  expect(begun.at(-1)).toBe(7)
})
