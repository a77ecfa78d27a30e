/** Regression: a copy made by links, made between a set's look at the entry and its being moved aside, was emptied with it, and written again. */
import { linkSync, readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

/** What others do just before a file gets the name of one that is being replaced. */
const meanwhile = vi.hoisted(() => ({ act: () => {} }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    renameSync(from: string, to: string) {
      const { act } = meanwhile
      if (to.endsWith('.old')) {
        meanwhile.act = () => {}
        act()
      }
      fs.renameSync(from, to)
    },
  }
})

test.each(['set', 'delete'] as const)('the copy is what the entry was before the %s', async (how) => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'x'.repeat(5_000))
  const { path } = new Layout(directory).placeOf('key')
  const before = readFileSync(path)
  const act = vi.fn(() => linkSync(path, `${directory}/../copy`))
  meanwhile.act = act
  await (how === 'set' ? cache.set('key', 'y'.repeat(5_000)) : cache.delete('key'))
  await cache.set('next', 'z'.repeat(5_000))
  expect(act).toHaveBeenCalledOnce()
  expect(readFileSync(`${directory}/../copy`)).toEqual(before)
  expect(await cache.check()).toMatchObject({ torn: 0, wrong: 0, orphans: 0 })
})
