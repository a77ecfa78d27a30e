/** Regression: the writes of a group that had failed, as on a disk without room, were done again one by one without letting the event loop turn, each with a wait for the disk: for hundreds of milliseconds. */
import { setImmediate as turn } from 'node:timers/promises'
import { Pace } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { GroupCommit } from '../../src/group-commit.ts'
import { Patience } from '../../src/patience.ts'

const COUNT = 100

test('the loop turns after some of them, and each is done alone, once, in order', async () => {
  let nowMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  onTestFinished(() => clock.mockRestore())
  const done: number[] = []
  let attempts = 0
  const group = new GroupCommit<{ writtenBytes: number }>({
    patience: new Patience(),
    pace: new Pace(),
    transactionBytes: 1_000,
    transact(run) {
      const before = done.length
      const answer = run({ writtenBytes: 0 })
      const written = done.splice(before)
      attempts++
      nowMs++
      if (written.length > 1) throw new Error('database or disk is full')
      done.push(...written)
      return { answer, removals: [], droppedFiles: [] }
    },
    tell: () => undefined,
  })
  const answered: Promise<unknown>[] = []
  for (let at = 0; at < COUNT; at++) answered.push(Promise.resolve(group.write(() => done.push(at), `${at}`)))
  await turn()
  expect(done.length).toBeLessThan(20)
  await Promise.all(answered)
  expect(done).toEqual(Array.from({ length: COUNT }, (_, at) => at))
  expect(attempts, 'one for each, and the one that failed').toBe(COUNT + 1)
})
