/** What is made of the file at a path: a new one, ours, somebody else's, a newer one, a damaged one. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ConfigError } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { openDatabase } from '../src/open-database.ts'
import { planSqlite } from '../src/options.ts'
import { requireNode } from '../src/refusal.ts'
import { held, NOW_MS, put } from './entries.ts'
import { alter } from './inspection.ts'
import { attach, newPath } from './stores.ts'

/** A cache file with one entry, closed. */
async function writtenFile(): Promise<string> {
  const path = newPath()
  const backend = attach(path)
  await put(backend, 'key', 'value')
  await backend.close()
  return path
}

/** Opens a file that must be set aside, and gives the warning and the name it went to. */
async function openedAnew(path: string): Promise<{ warning: string; aside: string }> {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const backend = attach(path)
  const warnings = warn.mock.calls.map(([warning]) => String(warning))
  warn.mockRestore()
  expect(await held(backend, 'key')).toBe('miss: absent')
  expect(await put(backend, 'key', 'new')).toBe('stored')
  expect(await held(backend, 'key')).toBe('new')
  expect(warnings).toHaveLength(1)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const aside = readdirSync(dirname(path)).find((name) => name.startsWith(`${basename(path)}.corrupt-`)) ?? 'nowhere'
  return { warning: warnings[0] ?? '', aside: join(dirname(path), aside) }
}

test('a missing file and its folder are created for this user only', async () => {
  const path = join(dirname(newPath()), 'deep', 'er', 'cache.db')
  const backend = attach(path)
  await put(backend, 'key', 'value')
  for (const part of ['', '-wal', '-shm']) expect((statSync(path + part).mode & 0o777).toString(8)).toBe('600')
  expect((statSync(dirname(path)).mode & 0o777).toString(8)).toBe('700')
})

test.each([
  ['relaxed', 1],
  ['strict', 2],
] as const)('durability %s is SQLite level %i, on a log written ahead', (durability, level) => {
  const { database } = openDatabase(planSqlite({ path: newPath(), durability }), 0)
  expect(database.pragma('synchronous', { simple: true })).toBe(level)
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  database.close()
})

const TEXT = 'once upon a time '.repeat(100)
const GARBAGE = 'once upon a \0 time '.repeat(100)

test('a file that is no database is set aside, untouched, and a new one begun', async () => {
  const path = newPath()
  writeFileSync(path, GARBAGE)
  const { warning, aside } = await openedAnew(path)
  expect(readFileSync(aside, 'utf8')).toBe(GARBAGE)
  expect(warning).toContain(path)
  expect(warning).toContain(aside)
  expect(warning).toContain('not a database')
})

test('a file of zeros, as a power cut may leave one, is set aside whatever it is called', async () => {
  const path = join(dirname(newPath()), 'state')
  writeFileSync(path, Buffer.alloc(8_192))
  const { aside } = await openedAnew(path)
  expect(readFileSync(aside)).toEqual(Buffer.alloc(8_192))
})

test.each([
  ['.env', TEXT],
  ['package.json', TEXT],
  ['notes.txt', TEXT],
  ['LICENSE', TEXT],
  ['cache.db', TEXT],
  ['program', GARBAGE],
])("somebody's %s is refused and left where it is", (name, content) => {
  const path = join(dirname(newPath()), name)
  writeFileSync(path, content)
  expect(() => sqliteBackend({ path })).toThrow(ConfigError)
  expect(() => sqliteBackend({ path })).toThrow(/is not a Stowage cache; allowed: a new file/)
  expect(readFileSync(path, 'utf8')).toBe(content)
})

test('a path that leads to no file is a ConfigError that names it', () => {
  const folder = dirname(newPath())
  for (const path of [folder, join(folder, 'file', 'below')]) {
    if (path !== folder) writeFileSync(dirname(path), '')
    expect(() => sqliteBackend({ path })).toThrow(ConfigError)
    expect(() => sqliteBackend({ path })).toThrow(`path: '${path}' cannot be opened`)
  }
})

test('a Node that would not survive the driver is refused in words', () => {
  expect(() => requireNode('20.20.2')).toThrow(/Node 20.20.2 is too old; allowed: 22.18 or later/)
  expect(() => requireNode('22.17.9')).toThrow(ConfigError)
  for (const version of ['22.18.0', '22.23.3', '24.0.0', '26.1.0']) requireNode(version)
})

test.each([
  ['the schema', "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'tick', 'tock')"],
  ['an index', 'DROP INDEX stowage_entry_v1_due'],
  ['the counters', 'DELETE FROM stowage_meta_v1'],
  ['a counter', 'UPDATE stowage_meta_v1 SET size_bytes = -1'],
  ['the mark of a shard that there cannot be', `PRAGMA application_id = ${0x53_00_05_02}`],
  ['the mark of more shards than there may be', `PRAGMA application_id = ${0x53_00_05_41}`],
  ['the mark of another program', `PRAGMA application_id = ${0x54_00_00_02}`],
])('a file in which %s is not as it was written is set aside', async (_, sql) => {
  const path = await writtenFile()
  alter(path, sql)
  const { aside } = await openedAnew(path)
  expect(existsSync(aside)).toBe(true)
})

test('a cache of a newer format is refused and left as it is', async () => {
  const path = await writtenFile()
  alter(path, 'CREATE TABLE stowage_entry_v2 (id INTEGER PRIMARY KEY)')
  const before = readFileSync(path)
  expect(() => sqliteBackend({ path })).toThrow(ConfigError)
  expect(() => sqliteBackend({ path })).toThrow(/format 2.*reads format 1.*upgrade/)
  expect(readFileSync(path)).toEqual(before)
})

test("somebody else's database is refused and left as it is", () => {
  const path = newPath()
  alter(path, 'CREATE TABLE customers (name)')
  const before = readFileSync(path)
  expect(() => sqliteBackend({ path })).toThrow(ConfigError)
  expect(() => sqliteBackend({ path })).toThrow(/something else/)
  expect(readFileSync(path)).toEqual(before)
})

test('a path that cannot be a file fails as SQLite says, at once', () => {
  const path = newPath()
  mkdirSync(path)
  expect(() => sqliteBackend({ path })).toThrow(/unable to open database file/)
})

test('twenty backends on a new file of one process all come up', async () => {
  const path = newPath()
  const backends = Array.from({ length: 20 }, () => attach(path))
  for (const [at, backend] of backends.entries()) await put(backend, `key ${at}`, at)
  for (const backend of backends) expect(await held(backend, 'key 19', NOW_MS)).toBe(19)
})

test('a file that another one is just beginning is waited for', () => {
  const path = newPath()
  const other = new Sqlite(path)
  other.exec('BEGIN IMMEDIATE')
  const begunAt = performance.now()
  expect(() => openDatabase(planSqlite({ path }), 100)).toThrow(/database is locked/)
  expect(performance.now() - begunAt).toBeGreaterThanOrEqual(100)
  other.close()
  openDatabase(planSqlite({ path }), 100).database.close()
})
