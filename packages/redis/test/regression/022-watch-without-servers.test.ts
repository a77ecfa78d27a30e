/**
 * Regression: a watch of a Cluster that had lost all its connections was told that the gap was over half a second later, though nobody was
 * listened to: near copies were served as they were until the servers were found again.
 */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { LOOK_MS } from '../../src/listening.ts'
import { toldWatch } from '../told-watch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const look = () => vi.advanceTimersByTimeAsync(LOOK_MS)

it('is not told that the gap is over before somebody is listened to', async () => {
  const { watch, masters, gaps, listen, join } = toldWatch()
  const first = join()
  listen()
  await look()
  expect(gaps()).toEqual(['over'])
  masters.length = 0
  first.lose()
  await look()
  await look()
  expect(gaps().slice(1)).not.toContain('over')
  expect(gaps()).toContain('open')
  const late: unknown[] = []
  watch.add(({ gap }) => late.push(gap))
  await look()
  join()
  await look()
  await look()
  expect(gaps().at(-1)).toBe('over')
  expect(late).toEqual(['over'])
})
