/** Room on the disk for a large value: what is about to go is waited for, and what others left behind goes. */
import { existsSync } from 'node:fs'
import { yieldToLoop } from '@stowage/core'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../src/open-store.ts'
import { planSqlite } from '../src/options.ts'
import { deleteEntry } from '../src/removal.ts'
import type { Store } from '../src/store.ts'
import { storeEntry } from '../src/storing.ts'
import { isInTheWay } from '../src/value-files/large-room.ts'
import { storeLarge } from '../src/value-files/large-write.ts'
import { entryOf, NOW_MS } from './entries.ts'
import { newPath } from './stores.ts'
import { leaveDropped } from './value-file-sight.ts'

const MAX_BYTES = 4_000_000
const FILE_BYTES = 900_000

interface Opened {
  readonly store: Store
  readonly path: string
  readonly write: (key: string) => ReturnType<typeof storeLarge>
}

function opened(): Opened {
  const path = newPath()
  const store = openStore(planSqlite({ path, maxBytes: MAX_BYTES }))
  onTestFinished(() => store.transactions.close(undefined))
  const write = (key: string) => {
    const entry = entryOf(key, 'x'.repeat(FILE_BYTES))
    const writing = { key, entry, encoded: entry.encode(), nowMs: NOW_MS, lease: undefined }
    return store.files.track(storeLarge(store, writing))
  }
  return { store, path, write }
}

test('where room is short, a new file waits until those that left for it are deleted', async () => {
  const { store, write } = opened()
  for (const key of 'abc') await write(key)
  const { folder } = store.files
  const story: string[] = []
  const held = Promise.withResolvers<void>()
  const remove = folder.remove.bind(folder)
  const writeFile = folder.write.bind(folder)
  folder.remove = async (id) => {
    story.push('deleting')
    await held.promise
    await remove(id)
    story.push('deleted')
  }
  folder.write = (id, body) => {
    story.push('writing')
    return writeFile(id, body)
  }
  const writing = write('d')
  await expect.poll(() => story).toContain('deleting')
  for (let turns = 0; turns < 20; turns++) await yieldToLoop()
  expect(story).toEqual(['deleting'])
  held.resolve()
  expect(await writing).toBe('stored')
  expect(story).toEqual(['deleting', 'deleted', 'writing'])
})

test('small entries leave for it in short transactions, and the file is shorter before it is written', async () => {
  const { store, write } = opened()
  for (let at = 0; at < 4_500; at++) {
    const entry = entryOf(`small ${at}`, 'x'.repeat(600))
    const writing = { key: `small ${at}`, entry, encoded: entry.encode(), nowMs: NOW_MS, lease: undefined }
    store.transactions.writeNow((turn) => storeEntry(store, turn, writing))
  }
  const leftCounts: number[] = []
  const finish = store.transactions.finish.bind(store.transactions)
  store.transactions.finish = (run, key) =>
    finish((turn) => {
      const before = turn.ledger.entryCount
      const answer = run(turn)
      leftCounts.push(before - turn.ledger.entryCount)
      return answer
    }, key)
  const writeFile = store.files.folder.write.bind(store.files.folder)
  let found: unknown
  store.files.folder.write = async (id, body) => {
    found = await store.transactions.write((turn) => ({
      fits: store.space.fits(turn, 0),
      isTooLong: store.space.isTooLong(turn, 0),
    }))
    return writeFile(id, body)
  }
  expect(await write('large')).toBe('stored')
  expect(found).toEqual({ fits: true, isTooLong: false })
  expect(Math.max(...leftCounts)).toBeLessThan(200)
  expect(leftCounts.length).toBeGreaterThan(3)
  expect(leftCounts.length).toBeLessThan(30)
})

test('what a killed process dropped goes before the next large value is written, and counts until then', async () => {
  const { store, path, write } = opened()
  await write('a')
  const file = leaveDropped(path, 2_000_000)
  const writeFile = store.files.folder.write.bind(store.files.folder)
  let wasThere: boolean | undefined
  store.files.folder.write = (id, body) => {
    wasThere = existsSync(file)
    return writeFile(id, body)
  }
  expect(await write('b')).toBe('stored')
  expect(wasThere).toBe(false)
})

test('where there is room for it, too, it goes all the same, and nobody waits', async () => {
  const { path, write, store } = opened()
  const file = leaveDropped(path, 1_000)
  expect(await write('a')).toBe('stored')
  await store.files.deleted()
  expect(existsSync(file)).toBe(false)
})

test('while a backup takes the files, dropped ones stay', async () => {
  const { store, path } = opened()
  const file = leaveDropped(path, 2_000_000)
  const look = (needBytes: number) => store.transactions.write((turn) => isInTheWay(store, turn, needBytes))
  await store.transactions.write(({ ledger }) => {
    ledger.pinnedUntilMs = Date.now() + 60_000
  })
  expect(await look(2_000_000)).toBe(false)
  expect(await look(3_000_000)).toBe(true)
  await store.files.deleted()
  expect(existsSync(file)).toBe(true)
  await store.transactions.write(({ ledger }) => {
    ledger.pinnedUntilMs = 0
  })
  expect(await look(2_000_000), 'with the dropped one there is no room').toBe(true)
  await store.files.deleted()
  expect(existsSync(file)).toBe(false)
  await store.transactions.write(() => store.files.forgetGone())
  expect(await look(2_000_000)).toBe(false)
})

test('where entries have gone and the file is still as long, it is made shorter before the new file comes', async () => {
  const { store, write } = opened()
  const { transactions, database, share } = store
  const lengthBytes = () => 4_096 * Number(database.pragma('page_count', { simple: true }))
  const keys = Array.from({ length: 500 }, (_, at) => `small ${at}`)
  for (const key of keys) {
    const entry = entryOf(key, 'x'.repeat(4_200))
    const writing = { key, entry, encoded: entry.encode(), nowMs: NOW_MS, lease: undefined }
    await transactions.write((turn) => storeEntry(store, turn, writing))
  }
  for (const key of keys) await transactions.write((turn) => deleteEntry(store, turn, key, NOW_MS))
  expect(lengthBytes() + FILE_BYTES).toBeGreaterThan(share.roomBytes)
  expect(await write('key')).toBe('stored')
  expect(lengthBytes() + FILE_BYTES).toBeLessThanOrEqual(share.roomBytes)
})
