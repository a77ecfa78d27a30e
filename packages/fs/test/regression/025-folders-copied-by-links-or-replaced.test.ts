/** Regression: with a copy of the folder made of hard links, or the folder replaced in use, a process followed a journal that was another folder's: it did not hear of invalidations, and figures of both went to one file. */
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Journal } from '../../src/journal.ts'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

/** As `cp -al` does. */
function copyByLinks(from: string, to: string): void {
  mkdirSync(to)
  for (const each of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, each.name), join(to, each.name)]
    if (each.isDirectory()) copyByLinks(source, target)
    else linkSync(source, target)
  }
}

test('a copy made of links stays as it was, and the folder it is of goes on by itself', async () => {
  const directory = newDirectory()
  const copy = newDirectory()
  const cache = openCache(directory)
  const reader = openCache(directory)
  await cache.set('key', 1, { tags: ['t'] })
  expect(await reader.get('key')).toBe(1)
  copyByLinks(directory, copy)
  const { journal } = new Layout(copy)
  const copied = readFileSync(journal, 'utf8')
  await cache.invalidate({ tags: ['t'] })
  await cache.set('other', 2)
  expect([await reader.get('key'), await reader.get('other')]).toEqual([undefined, 2])
  expect(readFileSync(journal, 'utf8')).toBe(copied)
  const backup = openCache(copy)
  expect([await backup.get('key'), await backup.get('other')]).toEqual([1, undefined])
  for (let at = 0; at < 10; at++) await backup.set(`more ${at}`, at)
  expect([await backup.usage(), await cache.usage()]).toMatchObject([{ entries: 11 }, { entries: 2 }])
  expect([await backup.check(), await cache.check()]).toMatchObject([{ wrong: 0 }, { wrong: 0 }])
})

test('a journal with another name is written anew once, and whoever follows it finds the next one', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 1, { tags: ['t'] })
  const { journal: path } = new Layout(directory)
  const follower = new Journal(path, 'relaxed')
  follower.follow()
  linkSync(path, `${path}-of-a-copy`)
  await cache.invalidate({ tags: ['t'] })
  const { ino } = statSync(path)
  follower.follow()
  expect(follower.marks.epoch).toBe(1)
  await cache.invalidate({ tags: ['t'] })
  expect(statSync(path).ino).toBe(ino)
  follower.close()
})

test('who only reads sees what others do in the folder that has come in place of the first', async () => {
  const directory = newDirectory()
  const reader = openCache(directory)
  await reader.set('key', 1, { tags: ['t'] })
  await reader.usage()
  cpSync(directory, `${directory}.backup`, { recursive: true })
  renameSync(directory, `${directory}.moved`)
  renameSync(`${directory}.backup`, directory)
  const other = openCache(directory)
  expect(await reader.get('key')).toBe(1)
  await other.invalidate({ tags: ['t'] })
  expect(await reader.get('key')).toBeUndefined()
  await other.set('key', 2)
  expect(await reader.get('key')).toBe(2)
})
