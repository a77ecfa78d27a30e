/**
 * Regression: writes were kept back for a clearing whose transaction then failed, for ever; they were let go of by whichever checkpoint ended first; and
 * the thread cleared whatever space had the number in a file that had come to the path meanwhile.
 */
import { renameSync } from 'node:fs'
import type { Spaces } from '@stowage/core'
import { Pace } from '@stowage/core'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { GroupCommit } from '../../src/group-commit.ts'
import { Patience } from '../../src/patience.ts'
import { attach, newPath } from '../stores.ts'

const ALL = { from: '', to: undefined }
const MANY = Array.from({ length: 1_500 }, (_, at) => `key ${at}`)

async function commit(spaces: Spaces, space: string, keys: readonly string[]): Promise<void> {
  const changes = keys.map((key) => ({ do: 'put', key, value: 'value', moveCount: 0 }) as const)
  await spaces.commit(space, { expect: [], changes, isTold: false }, 1)
}

test('a clearing whose transaction fails keeps nobody waiting', async () => {
  const path = newPath()
  const { spaces } = attach(path)
  await commit(spaces, 'space', MANY)
  // As a full disk: nothing can be noted of a space.
  const database = new Sqlite(`${path}.spaces`)
  database.exec(
    "CREATE TRIGGER full BEFORE INSERT ON spaces_record_v1 WHEN NEW.key = '' BEGIN SELECT RAISE(ABORT, 'full'); END",
  )
  const all = [
    commit(spaces, 'space', ['lone']),
    commit(spaces, 'space', ['before']),
    Promise.resolve(spaces.drop('space')),
    commit(spaces, 'space', ['behind']),
  ]
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(all.map(() => 'rejected'))
  database.exec('DROP TRIGGER full')
  database.close()
  await commit(spaces, 'space', ['after'])
  expect(await spaces.count('space', ALL)).toBe(1_501)
})

test('a checkpoint that ends lets go of nothing that waits for a clearing', async () => {
  const group = new GroupCommit<{ writtenBytes: number }>({
    patience: new Patience(),
    pace: new Pace(),
    transactionBytes: 1_000,
    transact: (run) => ({ answer: run({ writtenBytes: 0 }), removals: [], droppedFiles: [] }),
    tell: () => undefined,
  })
  group.hold('drop')
  group.hold()
  let isDone = false
  const written = group.write(() => {
    isDone = true
  }, 'key')
  group.resume()
  await new Promise(setImmediate)
  expect(isDone).toBe(false)
  group.resume('drop')
  await written
  expect(isDone).toBe(true)
})

test('a space of another name in a file that has come to the path stays', async () => {
  const [path, otherPath] = [newPath(), newPath()]
  const { spaces } = attach(path)
  await commit(spaces, 'space', MANY)
  const other = attach(otherPath)
  await commit(other.spaces, 'other', MANY)
  await other.close()
  for (const part of ['', '-wal', '-shm']) renameSync(`${path}.spaces${part}`, `${path}.moved${part}`)
  renameSync(`${otherPath}.spaces`, `${path}.spaces`)
  await Promise.resolve(spaces.drop('space')).catch(() => undefined)
  expect(await attach(path).spaces.count('other', ALL)).toBe(1_500)
})
