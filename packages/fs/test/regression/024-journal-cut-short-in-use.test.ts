/** Regression: where something else cut the journal short in use, what had been invalidated was served again, and with one that was emptied nothing that was stored was ever served. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

async function filled() {
  const directory = newDirectory()
  const cache = openCache(directory)
  const other = openCache(directory)
  await cache.set('gone', 1, { tags: ['gone'] })
  await cache.invalidate({ tags: ['early'] })
  const { journal: path } = new Layout(directory)
  return { directory, cache, other, path }
}

test('nothing that was stored before is trusted, by nobody, and it goes on', async () => {
  const { directory, cache, other, path } = await filled()
  await cache.invalidate({ tags: ['gone'] })
  expect(await other.get('gone')).toBeUndefined()
  truncateSync(path, wholeLines(path, 1))
  expect([await cache.get('gone'), await other.get('gone')]).toEqual([undefined, undefined])
  await cache.set('new', 2, { tags: ['t'] })
  expect([await cache.get('new'), await other.get('new')]).toEqual([2, 2])
  expect([await cache.get('gone'), await openCache(directory).get('gone')]).toEqual([undefined, undefined])
  await other.invalidate({ tags: ['t'] })
  expect(await cache.get('new')).toBeUndefined()
})

test('not either where others have written behind the cut before it was seen', async () => {
  const { directory, cache, other, path } = await filled()
  await cache.invalidate({ tags: ['gone', 'x'.repeat(1_000)] })
  expect(await cache.get('gone')).toBeUndefined()
  truncateSync(path, wholeLines(path, 1))
  const late = openCache(directory)
  for (let at = 0; at < 30; at++) await late.invalidate({ tags: [`${at}`.padStart(100)] })
  expect(await cache.get('gone')).toBeUndefined()
  await cache.set('new', 2)
  expect([await cache.get('gone'), await other.get('gone'), await late.get('gone')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect([await cache.get('new'), await other.get('new'), await late.get('new')]).toEqual([2, 2, 2])
})

test.each(['in use', 'between two openings'])('an empty one is begun anew (%s)', async (when) => {
  const { directory, cache, other, path } = await filled()
  if (when !== 'in use') await Promise.all([cache.close(), other.close()])
  writeFileSync(path, '')
  const next = when === 'in use' ? cache : openCache(directory)
  expect(await next.get('gone')).toBeUndefined()
  for (const each of [next, openCache(directory)]) {
    await each.set('new', 2)
    expect([await next.get('new'), await openCache(directory).get('new')]).toEqual([2, 2])
  }
})

/** Up to the end of so many lines. */
function wholeLines(path: string, count: number): number {
  const bytes = readFileSync(path)
  let end = 0
  for (let lines = 0; lines < count; lines++) end = bytes.indexOf(0x0a, end) + 1
  return end
}
