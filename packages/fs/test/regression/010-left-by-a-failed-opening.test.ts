/** Regression: a cache that could not be opened left a file open and a name among the holders, each time it was tried. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { fsBackend } from '@stowage/fs'
import { expect, test } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

test('nothing is left of an opening that fails', async () => {
  const directory = newDirectory()
  const { counts, holders } = new Layout(directory)
  const cache = openCache(directory)
  await cache.set('key', 1)
  await cache.close()
  rmSync(counts)
  mkdirSync(counts)
  const opens = () => readdirSync('/proc/self/fd').length
  const before = process.platform === 'linux' ? opens() : 0
  for (let times = 0; times < 5; times++) expect(() => fsBackend({ directory })).toThrow('EISDIR')
  expect(readdirSync(holders)).toEqual([])
  if (process.platform === 'linux') expect(opens()).toBe(before)
})
