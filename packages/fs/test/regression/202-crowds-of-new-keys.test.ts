/** Regression: of more steps than a slow disk takes in 150 ms, whoever asked for one more took some at once, without the event loop turning: 20,000 sets of new keys held it for 17 seconds. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import { newDirectory, openCache } from '../stores.ts'

/** More than a cache has under way at once (core's waiting-line.ts). */
const CROWD = 1_500

function aheadClock(): { laterMs: number } {
  const ahead = { laterMs: 0 }
  const now = performance.now.bind(performance)
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + ahead.laterMs)
  onTestFinished(() => spy.mockRestore())
  return ahead
}

/** Counts for each turn of the loop. */
function turnCounter() {
  const counts = [0]
  let isOver = false
  const turn = (): void => {
    counts.push(0)
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  return {
    counts,
    count: () => counts.push((counts.pop() ?? 0) + 1),
    end: () => {
      isOver = true
    },
  }
}

test('few of a crowd of slow steps are taken in a turn of the loop, none is left out, and all in order', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => store.sections.close())
  await new Promise(setImmediate)
  const clock = aheadClock()
  const turns = turnCounter()
  const taken: number[] = []
  const slow = (at: number) => (): void => {
    taken.push(at)
    turns.count()
    clock.laterMs += 1
  }
  const all = Array.from({ length: CROWD }, (_, at) => at)
  const steps = all.map(async (at) => store.sections.run(undefined, 0, slow(at)))
  // A lone one is taken at once.
  expect(taken.length).toBeLessThan(2)
  await Promise.all(steps)
  turns.end()
  expect(taken).toEqual(all)
  expect(Math.max(...turns.counts)).toBeLessThan(20)
})

test('a cache gives up on none of a crowd of sets', async () => {
  const cache = openCache(newDirectory())
  const turns = turnCounter()
  const outcomes = await Promise.all(Array.from({ length: CROWD }, (_, at) => cache.set(`key ${at}`, at)))
  turns.end()
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['stored']))
  expect(turns.counts.length).toBeGreaterThan(3)
  expect(await cache.usage()).toMatchObject({ entries: CROWD })
})
