/** Regression: with the folder moved away a process went on with the journal that had gone with it, and others did not hear of its invalidations. */
import { renameSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

test('who had the folder open before it was moved away agrees with those who began the next one', async () => {
  const directory = newDirectory()
  const before = openCache(directory)
  await before.set('key', 1, { tags: ['t'] })
  renameSync(directory, `${directory}.moved`)
  const after = openCache(directory)
  await before.set('other', 1)
  await after.set('key', 2, { tags: ['t'] })
  expect([await before.get('key'), await after.get('key'), await after.get('other')]).toEqual([2, 2, 1])
  await before.invalidate({ tags: ['t'] })
  expect([await before.get('key'), await after.get('key')]).toEqual([undefined, undefined])
  expect(await after.check()).toMatchObject({ entries: 2, wrong: 0, orphans: 0 })
  expect(statSync(new Layout(directory).counts).size).toBeGreaterThan(0)
})
