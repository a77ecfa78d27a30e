/** Damaged, missing and foreign value files: misses for readers, and what checks and sweeps make of them. */
import { mkdirSync, readFileSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { expect, onTestFinished, test } from 'vitest'
import { prepareCheck } from '../src/check-statements.ts'
import { checkEntries } from '../src/entry-check.ts'
import { openStore as openStoreOf } from '../src/open-store.ts'
import { planSqlite } from '../src/options.ts'
import { checkAll, held, NOTHING_WRONG, NOW_MS, put } from './entries.ts'
import { alter, expectConsistent, valueFiles } from './inspection.ts'
import { attach, newPath, openStore } from './stores.ts'
import { filesOf, large, onlyFile } from './value-file-sight.ts'
import { startWorkers } from './workers.ts'

test.each<[string, (file: string, other: string) => void]>([
  ['is missing', (file) => unlinkSync(file)],
  ['is cut short', (file) => truncateSync(file, 1_000)],
  ['is too long', (file) => writeFileSync(file, 'more', { flag: 'a' })],
  ['has another content', (file) => writeFileSync(file, large('x'))],
  ["has another entry's content", (file, other) => writeFileSync(file, readFileSync(other))],
])('an entry whose file %s is a miss, and gone', async (_, damage) => {
  const path = newPath()
  const cache = createCache({ backend: attach(path), ttl: '1h', clock: createFakeClock() })
  onTestFinished(() => cache.close())
  await cache.set('other', large('a'))
  const other = onlyFile(path)
  await cache.set('key', large('b'))
  damage(valueFiles(path).find((file) => file !== other) ?? '', other)
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 1 })
  expect(await cache.get('key')).toBeUndefined()
  expect(cache.stats().misses.undecodable).toBe(1)
  expect(await cache.get('other')).toBe(large('a'))
  expect(await cache.check()).toMatchObject({ entries: 1, ...NOTHING_WRONG })
})

test('a check with repair takes out files that are damaged, missing, of no entry, or no value files; then finds nothing', async () => {
  const { backend, path } = openStore()
  for (const key of ['sound', 'cut', 'lost']) await put(backend, key, large(key[0] ?? ''))
  const holding = (letter: string): string =>
    valueFiles(path).find((file) => readFileSync(file, 'utf8').startsWith(`"${letter}`)) ?? ''
  truncateSync(holding('c'), 3)
  unlinkSync(holding('l'))
  writeFileSync(join(`${path}-values`, 'note.txt'), 'mine?')
  mkdirSync(join(`${path}-values`, '0', 'deep', 'er'), { recursive: true })
  mkdirSync(join(`${path}-values`, 'b'), { recursive: true })
  writeFileSync(join(`${path}-values`, 'b', '0000000000000b'), 'no row says so')
  alter(path, "INSERT INTO stowage_file_v1 VALUES (77, 'kept', 'text', 10, 1, 1, 0)")
  alter(path, 'UPDATE stowage_meta_v1 SET file_bytes = file_bytes + 10')
  const found = { entries: 1, torn: 2, wrong: 0, orphans: 4 }
  expect(await checkAll(backend, 'look')).toMatchObject({ ...found, repaired: 0 })
  expect(await checkAll(backend, 'repair')).toMatchObject({ ...found, repaired: 6 })
  expect(await checkAll(backend, 'look')).toMatchObject({ ...NOTHING_WRONG, entries: 1 })
  expect(await held(backend, 'sound')).toBe(large('s'))
  expect(await filesOf(backend, path)).toHaveLength(1)
})

test('one sweep takes out what a dead writer left, with and without a row, and spares what is not its own', async () => {
  const path = newPath()
  const [worker] = await startWorkers(path, 1)
  const pid = Number(await worker.do({ do: 'pid' }))
  await worker.kill()
  const backend = attach(path)
  await put(backend, 'key', large('a'))
  const { fileOf } = {
    fileOf: (id: number) => join(`${path}-values`, (id % 16).toString(16), id.toString(16).padStart(14, '0')),
  }
  for (const id of [31, 47, 63]) {
    mkdirSync(dirname(fileOf(id)), { recursive: true })
    writeFileSync(fileOf(id), 'x')
  }
  alter(path, `INSERT INTO stowage_file_v1 VALUES (31, 'pending', 'text', 1, NULL, ${pid}, ${NOW_MS})`)
  alter(path, `INSERT INTO stowage_file_v1 VALUES (47, 'pending', 'text', 1, NULL, ${process.pid}, ${NOW_MS})`)
  alter(path, 'UPDATE stowage_meta_v1 SET file_bytes = file_bytes + 2')
  await backend.sweep(NOW_MS)
  expect(valueFiles(path).filter((file) => statSync(file).size === 1)).toEqual([fileOf(47)])
  await backend.sweep(NOW_MS + 60_000)
  expect(valueFiles(path)).toHaveLength(1)
  expectConsistent(path)
})

test('an entry that has been written anew by the time it is to be taken out stays', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', large('a'))
  unlinkSync(onlyFile(path))
  const store = openStoreOf(planSqlite({ path }))
  onTestFinished(() => store.transactions.close(undefined))
  const write = store.transactions.write.bind(store.transactions)
  store.transactions.write = (run, key) => put(backend, 'key', large('b')).then(() => write(run, key))
  const checking = { store, statements: prepareCheck(store.database), repair: true, contents: new Map() }
  for await (const { torn } of checkEntries(checking)) expect(torn).toBe(0)
  expect(await held(backend, 'key')).toBe(large('b'))
})

test('a sweep leaves alone what is not named as a value file is', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', large('a'))
  const note = join(`${path}-values`, 'note')
  writeFileSync(note, 'mine')
  await backend.sweep(NOW_MS)
  expect(readFileSync(note, 'utf8')).toBe('mine')
})

test('while a backup takes the files, a check deletes none, also where no entry has it any more', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', large('a'))
  const file = onlyFile(path)
  alter(path, `DELETE FROM stowage_entry_v1; UPDATE stowage_meta_v1 SET pinned_until_ms = ${Date.now() + 60_000}`)
  expect((await checkAll(backend, 'repair')).orphans).toBe(1)
  expect(onlyFile(path)).toBe(file)
})
