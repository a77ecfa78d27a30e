/** Regression: on a disk that others kept full, what a step had just stored could leave for the ballast, and for what the journal had to tell of that very step: stored, and gone. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../../src/closing.ts'
import { readEntry } from '../../src/entry-reading.ts'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import { storeSmall } from '../../src/storing.ts'
import { writingOf } from '../bare-backend.ts'
import { newDirectory } from '../stores.ts'

const disk = vi.hoisted(() => ({ isFull: false }))

vi.mock('../../src/whole-file.ts', async (original) => {
  const actual = await original<typeof import('../../src/whole-file.ts')>()
  return {
    ...actual,
    writeWhole(path: string, content: string | Uint8Array, durability?: 'relaxed' | 'strict') {
      if (disk.isFull) throw noSpace()
      actual.writeWhole(path, content, durability)
    },
  }
})

function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
}

function opened() {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  const put = (key: string) => {
    const writing = writingOf(store, key, Buffer.from('value'), Date.now())
    return store.sections.run(writing.place.shard, 0, (turn) => storeSmall(store, turn, writing))
  }
  return { store, put }
}

test('what is stored last stays', async () => {
  const { store, put } = opened()
  disk.isFull = true
  onTestFinished(() => {
    disk.isFull = false
  })
  vi.spyOn(store.journal, 'append').mockImplementationOnce(() => {
    throw noSpace()
  })
  for (const key of ['first', 'second', 'third']) {
    expect(await put(key)).toBe('stored')
    expect(readEntry(key, store.layout.placeOf(key).path)).toMatchObject({ facts: {} })
  }
})

test('where there is room for the ballast, nobody leaves for it', async () => {
  const { store, put } = opened()
  for (let at = 0; at < 20; at++) await put(`key ${at}`)
  disk.isFull = true
  vi.spyOn(store.journal, 'append').mockImplementationOnce(() => {
    throw noSpace()
  })
  await put('last')
  const { entryCount } = store.counts.total()
  expect(entryCount).toBe(13)
  disk.isFull = false
  await put('later')
  expect(store.counts.total().entryCount).toBe(14)
})
