/** Regression: through a link that was put in the place of a shard's folder, or of all of them, files were written and deleted outside of the cache's own. */
import { readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Cache } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'
import { tempFolder } from '../temp-folder.ts'

const WAYS: readonly (readonly [string, (cache: Cache) => Promise<unknown>])[] = [
  ['a small value', (cache) => cache.set('key', 2)],
  ['a large value', (cache) => cache.set('key', 'x'.repeat(300_000))],
  ['a deletion', (cache) => cache.delete('key')],
  ['an eviction', (cache) => cache.set('other', 2)],
  ['a touch', (cache) => cache.touch('key', '2h')],
  ['a sweep', (cache) => cache.sweep()],
  ['a repair', (cache) => cache.check({ repair: true })],
  ['an invalidation', (cache) => cache.invalidate({ prefix: 'k' })],
]

const ALL = WAYS.flatMap(([way, run]) => (['a shard', 'all shards'] as const).map((of) => ({ way, of, run })))

test.each(ALL)('nothing of $way goes through a link in the place of $of', async ({ of, run }) => {
  const outside = tempFolder()
  onTestFinished(() => outside.remove())
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => spy.mockRestore())
  const directory = newDirectory()
  const cache = openCache(directory, { maxEntries: 1 })
  await cache.set('key', 1)
  await cache.usage()
  const layout = new Layout(directory)
  const shard = dirname(layout.placeOf('key').path)
  const moved = outside.file('moved')
  renameSync(of === 'a shard' ? shard : layout.entries, moved)
  symlinkSync(moved, of === 'a shard' ? shard : layout.entries)
  const target = of === 'a shard' ? moved : join(moved, basename(shard))
  writeFileSync(join(target, 'mine'), '')
  const before = readdirSync(target).sort()
  await run(cache)
  expect(readdirSync(target).sort()).toEqual(before)
  expect(await cache.set('key', 3)).toEqual({ outcome: 'stored' })
  expect(readdirSync(target).sort()).toEqual(before)
  expect(await openCache(directory).get('key')).toBe(3)
})
