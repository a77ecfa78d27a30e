/** Regression: who had read lines of the journal that their writer took back, as the disk had no room for all of them, took what came in their place for damage: the next writer of such a process began a new journal, and nothing stored was trusted any more. */
import { appendFileSync, statSync, truncateSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { Journal } from '../../src/journal.ts'
import { journalLine } from '../../src/journal-line.ts'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

test('of what a step changes, nobody reads a part', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value', { tags: ['t'] })
  const { journal: path } = new Layout(directory)
  const follower = new Journal(path, 'relaxed')
  onTestFinished(() => follower.close())
  follower.followToWrite(0)
  const { generation, epoch } = follower.marks
  const { size } = statSync(path)
  const written = journalLine([
    { k: 'tags', tags: ['taken back'] },
    { k: 'tags', tags: ['another'] },
  ])
  for (let length = 1; length < written.length; length++) {
    appendFileSync(path, written.slice(0, length))
    follower.follow()
    expect(follower.marks.epoch).toBe(epoch)
    truncateSync(path, size)
  }
  appendFileSync(path, journalLine([{ k: 'tags', tags: ['another', 'that is longer'] }]))
  follower.follow()
  expect(follower.marks).toMatchObject({ generation, epoch: epoch + 1 })
  expect([...follower.marks.tags.keys()]).toEqual(['another', 'that is longer'])
  follower.followToWrite(0)
  expect(follower.marks.generation).toBe(generation)
  expect(await cache.get('key')).toBe('value')
})
