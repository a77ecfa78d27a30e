/** Regression: for a damaged file as much memory was asked for as it was long, so that a get failed instead of missing, each time. */
import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const LENGTH_BYTES = 2 ** 43

test('a file that became terabytes long is a miss, and goes', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  const { entries } = new Layout(directory)
  const lengthen = async (): Promise<void> => {
    await cache.set('key', 'x'.repeat(200_000))
    const [shard = ''] = readdirSync(entries)
    const [name = ''] = readdirSync(join(entries, shard))
    truncateSync(join(entries, shard, name), LENGTH_BYTES)
  }
  await lengthen()
  expect(await cache.get('key')).toBeUndefined()
  expect(await cache.usage()).toMatchObject({ entries: 0 })
  await lengthen()
  expect(await cache.check({ repair: true })).toMatchObject({ torn: 1 })
  expect(await cache.check()).toMatchObject({ entries: 0, torn: 0, wrong: 0, orphans: 0 })
})
