/** Regression: a cache that was there could not be opened while the disk was full, for want of the few bytes that say who opens it, the ballast left where it was. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { newDirectory, openCache } from '../stores.ts'

const disk = vi.hoisted(() => ({ ballast: '' }))

vi.mock('../../src/whole-file.ts', async (original) => {
  const actual = await original<typeof import('../../src/whole-file.ts')>()
  return {
    ...actual,
    writeWhole(path: string, content: string | Uint8Array, durability?: 'relaxed' | 'strict') {
      if (existsSync(disk.ballast)) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
      actual.writeWhole(path, content, durability)
    },
  }
})

test('the ballast is given up for it, and what was stored is served', async () => {
  const directory = newDirectory()
  const before = openCache(directory)
  await before.set('key', 'value')
  await before.close()
  disk.ballast = join(directory, 'ballast')
  onTestFinished(() => {
    disk.ballast = ''
  })
  expect(existsSync(disk.ballast)).toBe(true)
  expect(await openCache(directory).get('key')).toBe('value')
})
