/** Regression: after a power cut that took the journal's last lines, entries stamped by those outlived the next invalidations of their tags. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { startNumber } from '../../src/holder.ts'
import { Journal } from '../../src/journal.ts'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

/** A cache whose journal has lost what came after its first entry; that the machine was started anew since, is written at its end. */
async function cutShort(): Promise<string> {
  const directory = newDirectory()
  const { journal } = new Layout(directory)
  const before = openCache(directory)
  await before.set('kept', 1, { tags: ['t'] })
  const { length } = readFileSync(journal)
  for (let at = 0; at < 5; at++) await before.invalidate({ tags: [`other ${at}`] })
  await before.set('ahead', 1, { tags: ['t'] })
  await before.close()
  writeFileSync(journal, readFileSync(journal).subarray(0, length))
  return directory
}

test('what is ahead of the journal is not served, and is not when the journal has caught up', async () => {
  const directory = await cutShort()
  const { journal } = new Layout(directory)
  expect(await openCache(directory).get('ahead')).toBeUndefined()
  const next = new Journal(journal, 'relaxed', startNumber + 1)
  onTestFinished(() => next.close())
  next.followToWrite(0)
  const cache = openCache(directory)
  await cache.invalidate({ tags: ['t'] })
  for (let at = 0; at < 10; at++) await cache.invalidate({ tags: [`more ${at}`] })
  expect([await cache.get('kept'), await cache.get('ahead')]).toEqual([undefined, undefined])
})

test('what the journal knows of is served after any number of starts that are remembered', async () => {
  const directory = newDirectory()
  const before = openCache(directory)
  await before.invalidate({ tags: ['gone'] })
  await before.set('key', 1, { tags: ['t'] })
  for (let start = 1; start <= 50; start++) {
    const journal = new Journal(new Layout(directory).journal, 'relaxed', startNumber + start)
    journal.followToWrite(0)
    journal.close()
  }
  expect(await before.get('key')).toBe(1)
  await before.invalidate({ tags: ['t'] })
  expect(await openCache(directory).get('key')).toBeUndefined()
})
