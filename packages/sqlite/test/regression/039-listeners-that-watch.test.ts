/** Regression: a listener of a space that watched another one began a second round of looks beside the first, which nothing ended, not even closing. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { SpaceWatch } from '../../src/spaces/space-watch.ts'

function watched() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  let version = 1
  const watch = new SpaceWatch({ fileVersion: () => version, toldVersion: () => version })
  const change = (): void => {
    version++
    vi.advanceTimersByTime(100)
  }
  return { watch, change }
}

test('however often they do, there is one round of looks, and it ends', () => {
  const { watch, change } = watched()
  const stops: (() => void)[] = []
  stops.push(watch.add('a', () => stops.push(watch.add('b', () => undefined))))
  for (let times = 0; times < 5; times++) change()
  expect(stops).toHaveLength(6)
  expect(vi.getTimerCount()).toBe(1)
  for (const stop of stops) stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('one that closes it is the last that is told', () => {
  const { watch, change } = watched()
  const listener = vi.fn(() => watch.stop())
  watch.add('a', listener)
  change()
  change()
  expect(listener).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})
