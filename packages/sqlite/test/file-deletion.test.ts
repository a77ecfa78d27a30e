/** Files of dropped rows: each is deleted once, its row goes after it, and what fails is tried again. */
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../src/open-store.ts'
import { planSqlite } from '../src/options.ts'
import type { Store } from '../src/store.ts'
import { sweep } from '../src/sweep.ts'
import { entryOf, NOW_MS } from './entries.ts'
import { rowCount, valueFiles } from './inspection.ts'
import { newPath } from './stores.ts'
import { leaveDropped } from './value-file-sight.ts'

interface Opened {
  readonly store: Store
  readonly path: string
  /** Ids of files whose deletion has begun. */
  readonly begun: number[]
  /** What each deletion waits for. */
  readonly gate: PromiseWithResolvers<void>
}

function opened(): Opened {
  const path = newPath()
  const store = openStore(planSqlite({ path }))
  onTestFinished(() => store.transactions.close(undefined))
  const { folder } = store.files
  const begun: number[] = []
  const gate = Promise.withResolvers<void>()
  const remove = folder.remove.bind(folder)
  folder.remove = async (id) => {
    begun.push(id)
    await gate.promise
    await remove(id)
  }
  return { store, path, begun, gate }
}

const sweepOnce = (store: Store) => store.transactions.write((turn) => sweep(store, turn, NOW_MS))
const forget = (store: Store) => store.transactions.write(() => store.files.forgetGone())

test('once, however many sweeps come by, and its row stays until it is gone', async () => {
  const { store, path, begun, gate } = opened()
  leaveDropped(path, 10)
  await sweepOnce(store)
  await sweepOnce(store)
  const deleted = store.files.deleted()
  await sweepOnce(store)
  expect(begun).toHaveLength(1)
  await forget(store)
  expect([rowCount(path, 'file'), valueFiles(path).length]).toEqual([1, 1])
  gate.resolve()
  await deleted
  await sweepOnce(store)
  await store.files.deleted()
  expect(begun, 'also while the row of the deleted file is there').toHaveLength(1)
  await forget(store)
  expect([rowCount(path, 'file'), valueFiles(path).length]).toEqual([0, 0])
})

test('one that cannot be deleted keeps its row, and the next sweep tries again', async () => {
  const { store, path, begun, gate } = opened()
  leaveDropped(path, 10)
  await sweepOnce(store)
  gate.reject(new Error('EIO'))
  await store.files.deleted()
  await forget(store)
  expect(rowCount(path, 'file')).toBe(1)
  await sweepOnce(store)
  await store.files.deleted()
  expect(begun).toHaveLength(2)
})

test('rows of deleted files go 64 at a time', async () => {
  const { store, path, gate } = opened()
  gate.resolve()
  for (let at = 0; at < 66; at++) leaveDropped(path, 10)
  await sweepOnce(store)
  await store.files.deleted()
  await forget(store)
  expect(rowCount(path, 'file')).toBe(2)
  expect(store.files.hasGone).toBe(true)
  await forget(store)
  expect(rowCount(path, 'file')).toBe(0)
  expect(store.files.hasGone).toBe(false)
})

test('closing waits for the file that a late large value replaces', async () => {
  const path = newPath()
  const store = openStore(planSqlite({ path }))
  const { storeLarge } = await import('../src/value-files/large-write.ts')
  const write = (letter: string) => {
    const entry = entryOf('key', letter.repeat(200_000))
    return store.files.track(
      storeLarge(store, { key: 'key', entry, encoded: entry.encode(), nowMs: NOW_MS, lease: undefined }),
    )
  }
  await write('a')
  const { folder } = store.files
  const remove = folder.remove.bind(folder)
  folder.remove = async (id) => {
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate)
    await remove(id)
  }
  const writing = write('b')
  await store.transactions.close(undefined)
  expect(await writing).toBe('stored')
  expect(valueFiles(path)).toHaveLength(1)
})
