/** Regression: a cache that could not be opened left a file open and a name among the holders, each time it was tried. */
import { readdirSync } from 'node:fs'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Counts } from '../../src/counts.ts'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

test('nothing is left of an opening that fails', async () => {
  const directory = newDirectory()
  const { holders } = new Layout(directory)
  const cache = openCache(directory)
  await cache.set('key', 1)
  await cache.close()
  const load = vi.spyOn(Counts.prototype, 'load').mockImplementation(() => {
    throw new Error('EIO')
  })
  onTestFinished(() => load.mockRestore())
  const opens = () => readdirSync('/proc/self/fd').length
  const before = process.platform === 'linux' ? opens() : 0
  for (let times = 0; times < 5; times++) expect(() => fsBackend({ directory })).toThrow('EIO')
  expect(readdirSync(holders)).toEqual([])
  if (process.platform === 'linux') expect(opens()).toBe(before)
})
