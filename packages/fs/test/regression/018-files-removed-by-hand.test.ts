/** Regression: where entries' files had been removed by hand, the figures went on telling of them: at its limit the cache evicted all it had and stored nothing more, until a check repaired it. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

test.each([{}, { eviction: 'none' }] as const)('a sweep finds that out (%o)', async (options) => {
  const directory = newDirectory()
  const cache = openCache(directory, { ...options, maxEntries: 50 })
  for (let at = 0; at < 50; at++) await cache.set(`key ${at}`, at)
  const { entries } = new Layout(directory)
  for (const shard of readdirSync(entries)) rmSync(join(entries, shard), { recursive: true })
  // As many steps as it takes to come round.
  for (let sweeps = 0; sweeps < 2; sweeps++) await cache.sweep()
  for (let at = 50; at < 100; at++) expect(await cache.set(`key ${at}`, at)).toEqual({ outcome: 'stored' })
  expect(await cache.usage()).toMatchObject({ entries: 50 })
  expect(await cache.check()).toMatchObject({ entries: 50, wrong: 0 })
})
