/** Regression: where a full disk had no room for the journal to be written anew, ballast or no ballast, every write and every invalidation failed until there was. */
import { statSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../../src/closing.ts'
import { Journal } from '../../src/journal.ts'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import { newDirectory, openCache } from '../stores.ts'

const disk = vi.hoisted(() => ({ isFull: false }))

vi.mock('../../src/whole-file.ts', async (original) => {
  const actual = await original<typeof import('../../src/whole-file.ts')>()
  return {
    ...actual,
    writeWhole(path: string, content: string | Uint8Array, durability?: 'relaxed' | 'strict') {
      if (disk.isFull) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      actual.writeWhole(path, content, durability)
    },
  }
})

test('it grows on, nothing of it is lost, and it is written anew when there is room', async () => {
  const directory = newDirectory()
  const store = openStore(planFs({ directory }))
  onTestFinished(() => close(store))
  const other = openCache(directory)
  await other.set('kept', 1, { tags: ['kept'] })
  await other.set('gone', 1, { tags: ['gone'] })
  const journal = new Journal(store.layout.journal, 'relaxed')
  onTestFinished(() => journal.close())
  const grow = (tag: string): void => {
    const event = { k: 'tags', tags: [tag] } as const
    journal.marks.apply(event)
    journal.append([event], 0)
  }
  journal.followToWrite(0)
  for (let at = 0; statSync(store.layout.journal).size < 1_040_000; at++) grow(`${at % 50}`.padStart(1_000))
  // Past the length at which others write it anew.
  grow('x'.repeat(20_000))
  disk.isFull = true
  onTestFinished(() => {
    disk.isFull = false
  })
  await other.invalidate({ tags: ['gone'] })
  expect(await other.set('new', 2)).toEqual({ outcome: 'stored' })
  expect([await other.get('kept'), await other.get('gone'), await other.get('new')]).toEqual([1, undefined, 2])
  expect(statSync(store.layout.journal).size).toBeGreaterThan(1_050_000)
  await store.sections.run(undefined, 0, ({ marks }) => expect(marks.tags.has('gone')).toBe(true))
  disk.isFull = false
  await other.set('new', 3)
  expect(statSync(store.layout.journal).size).toBeGreaterThan(1_050_000)
  journal.followToWrite(0)
  expect(statSync(store.layout.journal).size).toBeLessThan(200_000)
  expect([await other.get('kept'), await other.get('gone'), await other.get('new')]).toEqual([1, undefined, 3])
})
