/** What a reader knows of the journal, and when it looks again: what others write, write anew and damage meanwhile. */
import { appendFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startNumber } from '../src/holder.ts'
import { Journal } from '../src/journal.ts'
import { journalLine } from '../src/journal-line.ts'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

async function opened() {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value', { tags: ['t'] })
  const { journal: path } = new Layout(directory)
  const journalOf = (start?: number): Journal => {
    const journal = new Journal(path, 'relaxed', start)
    onTestFinished(() => journal.close())
    journal.follow()
    return journal
  }
  /** As another process, of which this one hears nothing, writes it. */
  const elsewhere = (tag: string): void => appendFileSync(path, journalLine([{ k: 'tags', tags: [tag] }]))
  return { directory, cache, path, journalOf, elsewhere }
}

/** A clock that goes when it is told to. */
function heldClock(): { nowMs: number } {
  const clock = { nowMs: 1_000 }
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => clock.nowMs)
  onTestFinished(() => spy.mockRestore())
  return clock
}

test('within a turn a reader looks once, but again for an epoch it does not know of, and after a millisecond', async () => {
  const { journalOf, elsewhere } = await opened()
  const clock = heldClock()
  const reader = journalOf()
  reader.look(0)
  elsewhere('a')
  reader.look(0)
  expect(reader.marks.epoch).toBe(0)
  reader.look(1)
  expect(reader.marks.epoch).toBe(1)
  elsewhere('b')
  clock.nowMs += 1.5
  reader.look(0)
  expect(reader.marks.epoch).toBe(2)
  elsewhere('c')
  await nextTurn()
  reader.look(0)
  expect(reader.marks.epoch).toBe(3)
})

test('a journal that another cache of the process begins anew is seen at once', async () => {
  const { journalOf, path } = await opened()
  heldClock()
  const [reader, writer] = [journalOf(), journalOf()]
  reader.look(0)
  rmSync(path)
  writer.followToWrite(0)
  reader.look(0)
  expect(reader.marks.generation).toBe(writer.marks.generation)
})

test('of a journal that was cut short nothing is known any more', async () => {
  const { journalOf, elsewhere, path } = await opened()
  const { size } = statSync(path)
  elsewhere('cut off')
  const reader = journalOf()
  expect(reader.marks.tags.size).toBe(1)
  truncateSync(path, size)
  reader.follow()
  expect(reader.marks.tags.size).toBe(0)
})

test('with a damaged line at its end nothing is trusted that was before', async () => {
  const { cache, path } = await opened()
  // Until then figures are counted behind, each in a step that would put the journal right.
  await cache.usage()
  await nextTurn()
  expect(await cache.get('key')).toBe('value')
  appendFileSync(path, journalLine([{ k: 'tags', tags: ['other'] }]).replace('other', 'ether'))
  await nextTurn()
  expect(await cache.get('key')).toBeUndefined()
  expect(await cache.set('key', 'newer')).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toBe('newer')
})

test('where it could not be noted that the machine was started, that is noted later', async () => {
  const { journalOf } = await opened()
  const next = journalOf(startNumber + 1)
  vi.spyOn(next, 'append').mockImplementationOnce(() => {
    throw new Error('EIO')
  })
  expect(() => next.followToWrite(0)).toThrow('EIO')
  next.followToWrite(0)
  const reader = journalOf()
  expect(reader.marks).toMatchObject({ start: startNumber + 1, epoch: next.marks.epoch, gaps: next.marks.gaps })
})

test('one that is long because there is much to know is not written anew each time', async () => {
  const { journalOf, path } = await opened()
  const writer = journalOf()
  const grow = (count: number): void => {
    for (let at = 0; at < count; at++) {
      const event = { k: 'tags', tags: [`${at}`.padStart(2_000)] } as const
      writer.marks.apply(event)
      writer.append([event], 0)
    }
  }
  grow(700)
  writer.followToWrite(0)
  const { ino, size } = statSync(path)
  expect(size).toBeGreaterThan(1_400_000)
  grow(10)
  writer.followToWrite(0)
  expect(statSync(path).ino).toBe(ino)
  grow(700)
  writer.followToWrite(0)
  expect(statSync(path).ino).not.toBe(ino)
})
