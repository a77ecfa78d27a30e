/** On a full disk entries leave for what the journal has to tell; and figures that are lost in use. */
import { rmSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../src/closing.ts'
import { Layout } from '../src/layout.ts'
import { openStore } from '../src/open-store.ts'
import { planFs } from '../src/options.ts'
import { storeSmall } from '../src/storing.ts'
import { writingOf } from './bare-backend.ts'
import { newDirectory, openCache } from './stores.ts'

test('an invalidation that finds no room is noted, and others leave for it', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  for (let at = 0; at < 20; at++) {
    const writing = writingOf(store, `key ${at}`, Buffer.from('value'), Date.now())
    await store.sections.run(writing.place.shard, 0, (turn) => storeSmall(store, turn, writing))
  }
  const left: number[] = []
  const append = store.journal.append.bind(store.journal)
  const spy = vi.spyOn(store.journal, 'append').mockImplementation((events, nowMs) => {
    left.push(store.counts.total().entryCount)
    if (left.length === 1) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    append(events, nowMs)
  })
  await store.sections.run(undefined, 0, ({ emit }) => emit({ k: 'tags', tags: ['t'] }))
  spy.mockRestore()
  expect(left).toEqual([20, 16])
  expect(store.counts.total().entryCount).toBe(16)
  store.journal.follow()
  expect([...store.journal.marks.tags.keys()]).toEqual(['t'])
})

test('where the file of figures goes in use, all go by the next one', async () => {
  const directory = newDirectory()
  const before = openCache(directory)
  await before.set('first', 1)
  rmSync(new Layout(directory).counts)
  const after = openCache(directory)
  expect(await after.usage()).toMatchObject({ entries: 1 })
  for (let at = 0; at < 5; at++) await before.set(`key ${at}`, at)
  expect(await after.usage()).toMatchObject({ entries: 6 })
  expect(await before.usage()).toMatchObject({ entries: 6 })
})
