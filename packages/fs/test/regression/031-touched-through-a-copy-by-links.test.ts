/** Regression: with a copy of the folder made of hard links, an entry that was given another life in one of them got it in the other as well. */
import { linkSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const CASES = [10, 300_000].flatMap((length) =>
  (['relaxed', 'strict'] as const).map((durability) => ({ length, durability })),
)

test.each(CASES)('each has its own life ($length characters, $durability)', async ({ length, durability }) => {
  const [directory, copy] = [newDirectory(), newDirectory()]
  const [cache, backup] = [openCache(directory, { durability }), openCache(copy)]
  await cache.set('key', 'x'.repeat(length), { ttl: '1h' })
  const { path } = new Layout(directory).placeOf('key')
  const copied = new Layout(copy).placeOf('key').path
  await backup.usage()
  mkdirSync(dirname(copied), { recursive: true })
  linkSync(path, copied)
  const { ino, atimeMs } = statSync(copied)
  expect(await cache.touch('key', '2h')).toBe(true)
  expect(statSync(copied)).toMatchObject({ ino, atimeMs, nlink: 1 })
  expect(statSync(path).ino).not.toBe(ino)
  expect(await cache.get('key')).toBe('x'.repeat(length))
  expect(await cache.check()).toMatchObject({ torn: 0, wrong: 0, orphans: 0 })
  expect(await cache.usage()).toMatchObject({ entries: 1 })

  const again = statSync(path).ino
  expect(await cache.touch('key', '3h')).toBe(true)
  expect(statSync(path).ino).toBe(again)
})
