/**
 * Two writes of a key by two processes within a millisecond, with a deletion between them, had the same identity: a copy of the first was
 * told to be still true, and touching or discarding the first met the second.
 */
import type { StoredEntry } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { held, NOW_MS, put } from '../entries.ts'
import { attach, newPath } from '../stores.ts'

test('the entry of another process is not taken for the one it has replaced', async () => {
  const instant = Date.now()
  const clock = vi.spyOn(Date, 'now').mockReturnValue(instant)
  onTestFinished(() => clock.mockRestore())
  const path = newPath()
  const one = attach(path)
  // Modules of its own, as another process has them: numbers of writes are counted there.
  vi.resetModules()
  const another = await import('@stowage/sqlite')
  const other = another.sqliteBackend({ path })
  onTestFinished(() => other.close())
  await put(one, 'key', 'first')
  const seen = await entryOf(one)
  await other.delete('key', NOW_MS, undefined)
  await put(other, 'key', 'second')
  expect((await entryOf(one)).identity).not.toBe(seen.identity)
  expect(await one.isStill?.('key', seen, NOW_MS)).toBe(false)
  expect(await one.touch('key', seen, { ...seen.facts, expireAtMs: NOW_MS + 1 }, NOW_MS, 'keep')).toBe(false)
  await one.discard('key', seen)
  expect(await held(one, 'key')).toBe('second')
})

async function entryOf(backend: ReturnType<typeof attach>): Promise<StoredEntry> {
  const found = await backend.get('key', NOW_MS)
  if (typeof found === 'string') throw new Error(found)
  return found
}
