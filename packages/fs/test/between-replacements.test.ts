/** Regression: a reader held up between its looks found one replacement of the entry under way, then the next one, and took the entry for absent. */
import { renameSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

/** What others do before each question whether a file is there, one after the other. */
const meanwhile = vi.hoisted((): (() => void)[] => [])

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    existsSync(path: string) {
      meanwhile.shift()?.()
      return fs.existsSync(path)
    },
  }
})

test('an entry that is replaced at each look is found', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value')
  const { path } = new Layout(directory).placeOf('key')
  const [arrive, leave] = [() => renameSync(`${path}.old`, path), () => renameSync(path, `${path}.old`)]
  leave()
  meanwhile.push(arrive, leave)
  expect(await cache.get('key')).toBe('value')
  expect(meanwhile).toEqual([])
})
