/** What reads and listings answer, and whose it is. */
import { copyFileSync, existsSync, renameSync, truncateSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../src/closing.ts'
import { storeLarge } from '../src/large-writing.ts'
import { Layout } from '../src/layout.ts'
import { lookup } from '../src/lookup.ts'
import { openStore } from '../src/open-store.ts'
import { planFs } from '../src/options.ts'
import { entryOf, openBare, writingOf } from './bare-backend.ts'
import { newDirectory, openCache } from './stores.ts'

test('bytes that were read are the reader’s own: later reads leave them alone', async () => {
  const { backend } = openBare()
  const nowMs = Date.now()
  for (const key of ['a', 'b']) await backend.set(key, entryOf(key, Buffer.alloc(50, key), nowMs), nowMs, undefined)
  const first = await backend.get('a', nowMs)
  await backend.get('b', nowMs)
  expect(first).toMatchObject({ payload: { encoded: { body: Uint8Array.from(Buffer.alloc(50, 'a')) } } })
})

test('a listing knows what another has invalidated', async () => {
  const directory = newDirectory()
  const [lister, other] = [openCache(directory), openCache(directory)]
  await lister.set('kept', 1, { tags: ['kept'] })
  await lister.set('gone', 1, { tags: ['gone'] })
  await other.invalidate({ tags: ['gone'] })
  const listed: unknown[] = []
  for await (const { key } of lister.entries()) listed.push(key)
  expect(listed).toEqual(['kept'])
})

test('a large file that was damaged and is replaced before it is looked at within the lock stays', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  const writing = writingOf(store, 'key', Buffer.alloc(200_000), Date.now())
  const { path } = writing.place
  await storeLarge(store, writing)
  copyFileSync(path, `${path}.whole`)
  truncateSync(path, 190_000)
  const finish = store.sections.finish.bind(store.sections)
  vi.spyOn(store.sections, 'finish').mockImplementationOnce((...args) => {
    renameSync(`${path}.whole`, path)
    return finish(...args)
  })
  expect(await lookup(store, writing)).toBe('absent')
  expect(existsSync(path)).toBe(true)
  expect(await lookup(store, writing)).toMatchObject({ facts: writing.facts })
})

test('an entry of which a crash left the replacement undone is listed', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 1)
  const { path } = new Layout(directory).placeOf('key')
  renameSync(path, `${path}.old`)
  const listed: unknown[] = []
  for await (const { key } of cache.entries()) listed.push(key)
  expect(listed).toEqual(['key'])
})
