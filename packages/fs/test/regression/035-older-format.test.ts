/** Regression: lines of the journal were changed without another format, so that processes of before and after threw away each other's generations. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { DirectoryLock } from '../../src/directory-lock.ts'
import { enrol, newHolderId } from '../../src/holder.ts'
import { readJournalLine } from '../../src/journal-line.ts'
import { FORMAT, Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const OLDER_MARKER = '{"stowage":"files","format":1}\n'

/** As format 1 left it: a line for each event. */
async function olderFolder(): Promise<Layout> {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 1, { tags: ['t'] })
  await cache.close()
  const layout = new Layout(directory)
  const events = readFileSync(layout.journal, 'utf8')
    .split('\n')
    .flatMap((line) => readJournalLine(line) ?? [])
  const lines = events.map((event) => {
    const text = JSON.stringify(event)
    return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`
  })
  writeFileSync(layout.journal, lines.join(''))
  writeFileSync(layout.marker, OLDER_MARKER)
  mkdirSync(join(directory, 'holders'), { recursive: true })
  return layout
}

test('the folder of an older format is taken over, and begins empty', async () => {
  const { directory, marker } = await olderFolder()
  const cache = openCache(directory)
  expect(await cache.get('key')).toBeUndefined()
  expect(JSON.parse(readFileSync(marker, 'utf8'))).toEqual({ stowage: 'files', format: FORMAT })
  await cache.set('other', 2)
  expect(await cache.sweep()).toMatchObject({ invalidated: 1 })
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0, orphans: 0 })
  expect(readdirSync(directory).sort()).toEqual(
    ['ballast', 'counts', 'entries', `holders-${FORMAT}`, 'journal', 'stowage-files.json'].sort(),
  )
})

test('a process of the older format takes the lock no more, and finds the marker of another', async () => {
  const { directory, lock, marker } = await olderFolder()
  const holders = join(directory, 'holders')
  const id = newHolderId()
  enrol(holders, id)
  const older = new DirectoryLock({ lock, holders }, id, () => undefined)
  expect(older.tryTake()).toBe(true)
  older.release()
  const cache = openCache(directory)
  await cache.set('key', 2)
  // What makes it make the place fit anew, for which it reads the marker.
  expect(() => older.tryTake()).toThrow('ENOENT')
  expect(readFileSync(marker, 'utf8')).not.toBe(OLDER_MARKER)
  expect(await cache.get('key')).toBe(2)
})

test('where a taking over was cut short behind the marker, the next opening ends it', async () => {
  const { directory, marker } = await olderFolder()
  writeFileSync(marker, `${JSON.stringify({ stowage: 'files', format: FORMAT })}\n`)
  openCache(directory)
  expect(readdirSync(directory)).not.toContain('holders')
})
