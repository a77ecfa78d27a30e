/** Regression: the log of a clearing by a thread was written back by the next commit or by closing, which held the event loop. */
import type { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { attach, newPath } from '../stores.ts'

const COMMIT_COUNT = 80
const RECORD_COUNT = 500

test('a thread is at the log when a clearing of many records has ended', async () => {
  const path = newPath()
  const before = attach(path)
  for (let at = 0; at < COMMIT_COUNT; at++) {
    const changes = Array.from(
      { length: RECORD_COUNT },
      (_, index) =>
        ({ do: 'put', key: `key ${at * RECORD_COUNT + index}`, value: 'v'.repeat(100), moveCount: 0 }) as const,
    )
    await before.spaces.commit('space', { expect: [], changes, isTold: false }, 1)
  }
  await before.close()
  const { spaces } = attach(path)
  const begun: Worker[] = []
  const note = (worker: Worker): void => void begun.push(worker)
  process.on('worker', note)
  onTestFinished(() => void process.off('worker', note))
  await spaces.drop('space')
  await new Promise(setImmediate)
  // That which takes the records out, and that of checkpoints.
  expect(begun).toHaveLength(2)
})
