/** Regression: on a full disk each step tried anew to put the ballast back, for which entries left each time, and to write the journal of a folder that had been copied by links anew. */
import { linkSync } from 'node:fs'
import { basename } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../../src/closing.ts'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import type { Store } from '../../src/store.ts'
import { storeSmall } from '../../src/storing.ts'
import { writingOf } from '../bare-backend.ts'
import { newDirectory } from '../stores.ts'

const disk = vi.hoisted(() => ({ isFull: false, asked: [] as string[] }))

vi.mock('../../src/whole-file.ts', async (original) => {
  const actual = await original<typeof import('../../src/whole-file.ts')>()
  return {
    ...actual,
    writeWhole(path: string, content: string | Uint8Array, durability?: 'relaxed' | 'strict') {
      if (disk.isFull) {
        disk.asked.push(basename(path))
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      }
      actual.writeWhole(path, content, durability)
    },
  }
})

afterEach(() => {
  disk.isFull = false
  disk.asked = []
})

async function filled(): Promise<Store> {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  for (let at = 0; at < 20; at++) await stored(store, `key ${at}`)
  return store
}

async function stored(store: Store, key: string): Promise<void> {
  const writing = writingOf(store, key, Buffer.from('value'), Date.now())
  await store.sections.run(writing.place.shard, 0, (turn) => storeSmall(store, turn, writing))
}

async function invalidated(store: Store, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    await store.sections.run(undefined, 0, ({ emit }) => emit({ k: 'tags', tags: [`t${at}`] }))
  }
}

function aSecondLater(): void {
  const now = performance.now.bind(performance)
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + 1_000)
  onTestFinished(() => spy.mockRestore())
}

test('the ballast is put back, or tried to be, once in a second', async () => {
  const store = await filled()
  disk.isFull = true
  vi.spyOn(store.journal, 'append').mockImplementationOnce(() => {
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
  })
  await invalidated(store, 50)
  expect(disk.asked).toEqual(['ballast', 'ballast'])
  // Four for the line, four for the ballast.
  expect(store.counts.total().entryCount).toBe(12)
  aSecondLater()
  await invalidated(store, 50)
  expect(disk.asked.length).toBe(4)
  expect(store.counts.total().entryCount).toBe(8)
})

test('a journal with a second name is written anew, or tried to be, once in a second', async () => {
  const store = await filled()
  linkSync(store.layout.journal, `${store.layout.journal}-of-a-copy`)
  disk.isFull = true
  await invalidated(store, 50)
  expect(disk.asked).toEqual(['journal'])
  aSecondLater()
  await invalidated(store, 50)
  expect(disk.asked).toEqual(['journal', 'journal'])
  disk.isFull = false
  await invalidated(store, 1)
  expect(store.journal.marks.tags.size).toBe(50)
})
