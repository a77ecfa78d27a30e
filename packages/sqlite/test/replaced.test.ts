/** The file is deleted or replaced while it is open: what is there now is used, and nothing of the old one is served for long. */
import { existsSync, readdirSync, readlinkSync, renameSync, rmSync } from 'node:fs'
import { createCache } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { held, NOW_MS, put } from './entries.ts'
import { alter, expectConsistent } from './inspection.ts'
import { attach, newPath } from './stores.ts'

const PARTS = ['', '-wal', '-shm']

beforeEach(() => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
})

/** As long as anybody may wait. */
const PATIENCE = { timeout: 20_000, interval: 20 }

/** Descriptors of this process that lead to files which are gone; only Linux tells. */
function openedAndDeleted(path: string): readonly string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd')
    .map(linkOf)
    .filter((link) => link.startsWith(path) && link.endsWith(' (deleted)'))
}

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return '' // The one the listing itself was read by.
  }
}

test.each([
  ['file', ['']],
  ['file, log and index', PARTS],
])('%s deleted: another process begins a new one, and this one comes to it, listeners and all', async (_, parts) => {
  const path = newPath()
  const backend = attach(path, { maxEntries: 3 })
  const left: string[] = []
  backend.onRemoval((key) => left.push(key))
  await put(backend, 'key', 'old')
  for (const part of parts) rmSync(path + part, { force: true })
  const other = attach(path)
  await put(other, 'key', 'new')
  await vi.waitFor(async () => expect(await held(backend, 'key')).toBe('new'), PATIENCE)
  await put(backend, 'key', 'newer')
  expect(await held(other, 'key')).toBe('newer')
  for (const key of ['a', 'b', 'c']) await put(backend, key, 1)
  expect(left).toEqual(['key'])
  // The old file was closed, which must not take the new one's log away.
  expect(existsSync(`${path}-wal`)).toBe(true)
  expect(await held(attach(path), 'c')).toBe(1)
  await vi.waitFor(() => expect(openedAndDeleted(path)).toEqual([]), PATIENCE)
  expectConsistent(path)
})

test('a file put in its place, as when another process sets a damaged one aside', async () => {
  const path = newPath()
  const backend = attach(path)
  await put(backend, 'key', 'old')
  const lease = await backend.lease('key', 'fence', 60_000, NOW_MS)
  for (const part of PARTS) renameSync(path + part, `${path}.aside${part}`)
  const other = attach(path)
  await put(other, 'key', 'new')
  await vi.waitFor(async () => expect(await held(backend, 'key')).toBe('new'), PATIENCE)
  expect(await put(backend, 'key', 'loaded before', { lease })).toBe('superseded')
  expect(await held(other, 'key')).toBe('new')
})

test('deleted, and nobody asks: nothing is created; then the first question begins anew', async () => {
  const path = newPath()
  const backend = attach(path)
  await put(backend, 'key', 'old')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const idle = attach(path)
  for (const part of PARTS) rmSync(path + part, { force: true })
  vi.advanceTimersByTime(10_000)
  expect(existsSync(path)).toBe(false)
  expect(await held(idle, 'key')).toBe('miss: absent')
  expect(existsSync(path)).toBe(true)
})

test('what is there now is no cache: faults, not values of the old file, until it is one again', async () => {
  const path = newPath()
  const cache = createCache({ backend: sqliteBackend({ path }), ttl: '1h', onFault: 'throw' })
  onTestFinished(() => cache.close())
  await cache.set('key', 'old')
  for (const part of PARTS) rmSync(path + part, { force: true })
  alter(path, 'CREATE TABLE customers (name)')
  await vi.waitFor(() => expect(cache.get('key')).rejects.toThrow(/something else/), PATIENCE)
  rmSync(path)
  await vi.waitFor(async () => expect(await cache.get('key')).toBeUndefined(), PATIENCE)
})

test('closed once it was deleted: nothing is opened any more, and nothing created', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const path = newPath()
  const backend = attach(path)
  for (const part of PARTS) rmSync(path + part, { force: true })
  vi.advanceTimersByTime(1_000)
  await backend.close()
  expect(() => backend.get('key', NOW_MS)).toThrow(/after close/)
  expect(existsSync(path)).toBe(false)
})
