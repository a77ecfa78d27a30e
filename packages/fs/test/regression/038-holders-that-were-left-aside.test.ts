/** Regression: a process that was killed while it took an older folder over left the older holders' folder, set aside, until a check with repair. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FORMAT } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const RANDOM = '0123456789abcdef01234567'
const LEFT = `holders.${RANDOM}.aside`
/** Longer than whoever set it aside takes to delete it. */
const LATER_MS = 120_000

function leaveIn(directory: string, name: string): void {
  mkdirSync(join(directory, name))
  writeFileSync(join(directory, name, '0123456789abcdef'), '{}')
}

function goOn(): void {
  const later = Date.now() + LATER_MS
  const now = vi.spyOn(Date, 'now').mockImplementation(() => later)
  onTestFinished(() => now.mockRestore())
}

test("a sweep deletes it, and nothing that may be somebody else's", async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 1)
  const others = [
    `holders-${FORMAT}.${RANDOM}.aside`,
    `journal.${RANDOM}.aside`,
    'holders.aside',
    `holders.${RANDOM}.aside.mine`,
  ]
  for (const name of [LEFT, ...others]) leaveIn(directory, name)
  goOn()
  await cache.sweep()
  const names = readdirSync(directory)
  expect(names).not.toContain(LEFT)
  expect(names).toEqual(expect.arrayContaining(others))
  expect(await cache.get('key')).toBe(1)
})

test('one that was set aside just now is left to whoever did', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  leaveIn(directory, LEFT)
  await cache.sweep()
  expect(readdirSync(directory)).toContain(LEFT)
  expect(await cache.check()).toMatchObject({ orphans: 1 })
})
