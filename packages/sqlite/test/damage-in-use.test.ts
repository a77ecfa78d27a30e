/** Damage met while the file is in use: it is set aside as at the start, and what others delete meanwhile is deleted. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeEach, expect, type Mock, onTestFinished, test, vi } from 'vitest'
import { sqliteCode } from '../src/database.ts'
import { held, NOW_MS, put } from './entries.ts'
import { alter } from './inspection.ts'
import { attach, newPath } from './stores.ts'

const ENTRY_COUNT = 300
const PAGE_BYTES = 4_096
/** The schema and the counters lie before them. */
const FIRST_TORN_PAGE = 24

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, renameSync: vi.fn(fs.renameSync) }
})

let warn: Mock<typeof process.emitWarning>

beforeEach(() => {
  warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
})

const keyAt = (at: number) => `key ${at}`
const asideNames = (path: string) => readdirSync(dirname(path)).filter((name) => /\.corrupt-\d+$/.test(name))
const warnings = (code: string) =>
  warn.mock.calls.filter(([, options]) => typeof options === 'object' && options.code === code)

async function filledPath(): Promise<string> {
  const path = newPath()
  const backend = attach(path)
  for (let at = 0; at < ENTRY_COUNT; at++) await put(backend, keyAt(at), 'text '.repeat(200))
  await backend.close()
  return path
}

/** By a process of its own: a descriptor closed in this one would drop SQLite's locks. */
function tear(path: string): void {
  const script = `const fs = require('node:fs'), [path, from] = process.argv.slice(1), file = fs.openSync(path, 'r+')
    const { size } = fs.fstatSync(file); fs.writeSync(file, Buffer.alloc(size - from, 0xa5), 0, size - from, Number(from))`
  execFileSync(process.execPath, ['-e', script, path, String(FIRST_TORN_PAGE * PAGE_BYTES)])
}

/** @returns how many of the entries could not be asked for. */
async function askForAll(ask: (key: string) => Promise<unknown>): Promise<number> {
  let faultCount = 0
  for (let at = 0; at < ENTRY_COUNT; at++) await ask(keyAt(at)).catch(() => faultCount++)
  return faultCount
}

test('one read meets it; from then on a new file is used, by all processes, and one of them has warned', async () => {
  const path = await filledPath()
  const [backend, other] = [attach(path), attach(path)]
  tear(path)
  expect(await askForAll((key) => held(backend, key))).toBe(1)
  expect(asideNames(path)).toHaveLength(1)
  expect(warnings('STOWAGE_SQLITE_SET_ASIDE')).toHaveLength(1)
  await put(backend, 'key', 'new')
  await vi.waitFor(async () => expect(await held(other, 'key')).toBe('new'), { timeout: 20_000, interval: 20 })
  expect(asideNames(path)).toHaveLength(1)
})

test('where it cannot be moved away the fault is told as it is, the process is warned once, and all goes on', async () => {
  const path = await filledPath()
  const backend = attach(path)
  tear(path)
  vi.mocked(renameSync).mockImplementation(() => {
    throw new Error('not allowed')
  })
  onTestFinished(() => {
    vi.mocked(renameSync).mockReset()
  })
  const faults: unknown[] = []
  await askForAll((key) => held(backend, key).catch((thrown: unknown) => faults.push(thrown)))
  expect(faults.length).toBeGreaterThan(1)
  expect(faults.map((fault) => sqliteCode(fault))).toEqual(faults.map(() => 'SQLITE_CORRUPT'))
  expect(warnings('STOWAGE_SQLITE_SET_ASIDE').map(([message]) => message)).toEqual([
    expect.stringContaining('not allowed'),
  ])
})

test('a write meets it', async () => {
  const path = await filledPath()
  const backend = attach(path)
  tear(path)
  expect(await askForAll((key) => put(backend, key, 'new'))).toBe(1)
  expect(await held(backend, keyAt(ENTRY_COUNT - 1))).toBe('new')
})

test('counters that are gone are met as damage', async () => {
  const path = await filledPath()
  const backend = attach(path)
  alter(path, 'DELETE FROM stowage_meta_v1')
  await expect(put(backend, 'key', 'new')).rejects.toThrow('its counters are missing')
  expect(await put(backend, 'key', 'new')).toBe('stored')
  expect(asideNames(path)).toHaveLength(1)
})

test('opening meets it when it cuts the file down to its limits', async () => {
  const path = await filledPath()
  tear(path)
  const backend = attach(path, { maxEntries: 10 })
  expect(asideNames(path)).toHaveLength(1)
  expect(await put(backend, 'key', 'new')).toBe('stored')
})

test("begin: 'refuse': the file stays as it is", async () => {
  const path = await filledPath()
  tear(path)
  expect(() => attach(path, { begin: 'refuse', maxEntries: 10 })).toThrow(/malformed/)
  expect(asideNames(path)).toEqual([])
})

test("begin: 'refuse', met in use: the file stays as it is", async () => {
  const path = await filledPath()
  const backend = attach(path, { begin: 'refuse' })
  tear(path)
  expect(await askForAll((key) => held(backend, key))).toBeGreaterThan(1)
  expect(asideNames(path)).toEqual([])
})

test.each([
  ['deletion', (backend: ReturnType<typeof attach>) => backend.delete('key', NOW_MS, undefined)],
  ['invalidation', (backend: ReturnType<typeof attach>) => backend.invalidate({ tags: ['t'] }, NOW_MS)],
])('a %s by who has not seen yet that the file was moved, or while it is, holds in the new one', async (_, remove) => {
  const path = await filledPath()
  // Nobody looks at the path by and by.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const backend = attach(path)
  moveAside(path)
  await put(attach(path), 'key', 'derived', { tags: ['t'] })
  await remove(backend)
  expect(await held(attach(path), 'key')).toMatch(/^miss/)

  const busy = new Sqlite(path)
  busy.exec('BEGIN IMMEDIATE')
  const removing = remove(backend)
  moveAside(path)
  await put(attach(path), 'key', 'derived', { tags: ['t'] })
  busy.exec('ROLLBACK')
  await vi.advanceTimersByTimeAsync(1_000)
  await removing
  busy.close()
  expect(await held(attach(path), 'key')).toMatch(/^miss/)
})

function moveAside(path: string): void {
  for (const part of ['-wal', '-shm', '']) {
    if (existsSync(path + part)) renameSync(path + part, `${path}.aside-${performance.now()}${part}`)
  }
}
