/** Regression: a read that waited for a write of its moment waited for a whole checkpoint where writes were held back before that one was committed, as by a sweep that shortens the file: for up to two seconds, a miss by then. */
import { Pace } from '@stowage/core'
import { expect, test } from 'vitest'
import { GroupCommit } from '../../src/group-commit.ts'
import { Patience } from '../../src/patience.ts'

test('it goes on when they are, and the write is done when they are let go', async () => {
  const done: string[] = []
  const group = new GroupCommit<{ writtenBytes: number }>({
    patience: new Patience(),
    pace: new Pace(),
    transactionBytes: 1_000,
    transact: (run) => ({ answer: run({ writtenBytes: 0 }), removals: [], droppedFiles: [] }),
    tell: () => undefined,
  })
  void group.write(() => done.push('lone'), 'lone')
  const written = group.write(() => done.push('gathered'), 'key')
  const read = group.ahead('key')?.then(() => done.push('read'))
  expect(read).toBeInstanceOf(Promise)
  group.hold()
  await new Promise(setImmediate)
  expect(done).toEqual(['lone', 'read'])
  group.resume()
  await written
  expect(done).toEqual(['lone', 'read', 'gathered'])
})
