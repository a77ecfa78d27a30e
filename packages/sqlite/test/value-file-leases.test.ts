/** A large value is written under a lease: of its own, or that of its load. Whatever becomes of it, none is left, and nothing older. */
import { unlinkSync, writeFileSync } from 'node:fs'
import { yieldToLoop } from '@stowage/core'
import { expect, test } from 'vitest'
import { held, NOW_MS, put } from './entries.ts'
import { alter, rowCount } from './inspection.ts'
import { attach, openStore } from './stores.ts'
import { large } from './value-file-sight.ts'

test.each(['once', 'after a sweep took it for a leftover'])('its tag invalidated amid it, %s', async (when) => {
  const { backend, path } = openStore()
  const other = attach(path)
  await put(backend, 'key', 'old')
  // In a turn that has just begun, what comes first is done at once: it has its place, and its file is not written yet.
  await yieldToLoop()
  const writing = put(backend, 'key', large('a'), { tags: ['t'], lifeMs: 1e12 })
  const sweeping = when === 'once' ? undefined : other.sweep(NOW_MS + 60_000)
  await Promise.all([other.invalidate({ tags: ['t'] }, NOW_MS), sweeping])
  expect(await writing).toBe('stored')
  expect(await held(backend, 'key')).toBe('miss: absent')
  expect(rowCount(path, 'lease')).toBe(0)
})

test('it had elapsed before it was asked for', async () => {
  const { backend, path } = openStore()
  expect(await put(backend, 'key', large('a'), { lifeMs: 0 })).toBe('elapsed')
  expect(rowCount(path, 'lease')).toBe(0)
})

test('it is too large, or there is no room', async () => {
  const { backend, path } = openStore({ maxBytes: 2_000_000, eviction: 'none' })
  const lease = await backend.lease('key', 'fence', 60_000, NOW_MS)
  expect(await put(backend, 'key', 'a'.repeat(3_000_000), { lease })).toBe('too-large')
  expect(rowCount(path, 'lease')).toBe(0)
  expect(await put(backend, 'other', 'b'.repeat(1_000_000))).toBe('stored')
  expect(await put(backend, 'key', 'c'.repeat(1_000_000))).toBe('admission')
  expect(rowCount(path, 'lease')).toBe(0)
})

test('it cannot be written', async () => {
  const { backend, path } = openStore()
  writeFileSync(`${path}-values`, 'in the way')
  await expect(put(backend, 'key', large('a'))).rejects.toThrow(/ENOTDIR|EEXIST/)
  unlinkSync(`${path}-values`)
  expect(rowCount(path, 'lease')).toBe(0)
})

test('it is taken for a leftover each time', async () => {
  const { backend, path } = openStore()
  alter(
    path,
    "CREATE TRIGGER sweeps AFTER INSERT ON stowage_file_v1 BEGIN UPDATE stowage_file_v1 SET state = 'dropped' WHERE id = NEW.id; END",
  )
  await expect(put(backend, 'key', large('a'))).rejects.toThrow(/several times/)
  expect(rowCount(path, 'lease')).toBe(0)
})
