// A Cluster's client that knew of no server in the very moment in which the last one was heard again, and of the same ones right after, was never told as whole.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LOOK_MS } from '../../src/listening.ts'
import { toldWatch } from '../told-watch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('it is told at the next look', async () => {
  const { join, listen, gaps, masters, news } = toldWatch()
  const { server, subscribers } = join()
  listen()
  await vi.advanceTimersByTimeAsync(LOOK_MS)
  expect(gaps()).toEqual(['over'])
  const asked = Promise.withResolvers<void>()
  news.asked = asked.promise
  subscribers[0]?.emit('close')
  await vi.advanceTimersByTimeAsync(LOOK_MS)
  expect(subscribers).toHaveLength(2)
  masters.pop()
  asked.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(gaps()).toEqual(['over', 'open', 'open'])
  masters.push(server)
  await vi.advanceTimersByTimeAsync(3 * LOOK_MS)
  expect(gaps()).toEqual(['over', 'open', 'open', 'over'])
})
