/** A value in the place of one of its size is stored without a look at what was there; whatever else would change is looked at. */
import { systemClock } from '@stowage/core'
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { diskShareOf } from '../src/disk-share.ts'
import { checkAll, entryOf, held, keysOf, NOTHING_WRONG, NOW_MS, put, sweepAll } from './entries.ts'
import { alter, expectConsistent, rowCount, valueFiles } from './inspection.ts'
import { countStatements } from './statement-spy.ts'
import { attach, openStore } from './stores.ts'
import { large } from './value-file-sight.ts'

/** How often an entry was looked for before it was written. */
const countLooks = () => countStatements('get', /AS fileId FROM stowage_entry_v1 WHERE key/)

test('one of the same size is not looked for, whichever way it is written', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 'first')
  const looks = countLooks()
  await put(backend, 'key', 'other')
  expect(await held(backend, 'key')).toBe('other')
  await Promise.all([put(backend, 'key', 'third'), put(backend, 'key', 'sixth')])
  const lease = await backend.lease('key', 'fence', 1_000, NOW_MS)
  await put(backend, 'key', 'again', { lease })
  expect(looks.count).toBe(0)
  expect(await held(backend, 'key')).toBe('again')
  expect(rowCount(path, 'lease')).toBe(0)
  expectConsistent(path)
})

test.each([
  ['none is there', [], {}],
  ['it is of another size', ['x'.repeat(1_000), {}], {}],
  ['the old one has tags', ['first', { tags: ['t'] }], {}],
  ['the new one has tags', ['first', {}], { tags: ['t'] }],
  ['both have the same tags', ['first', { tags: ['t'] }], { tags: ['t'] }],
  ['the old one is in a file', [large('a'), {}], {}],
  ['the old one is in a file, and as large as one in a row may be', ['x'.repeat(131_070), {}], {}, 'x'.repeat(131_069)],
  ['the new one goes into a file', ['x'.repeat(131_069), {}], {}, 'x'.repeat(131_070)],
  ['the new one ends earlier', ['first', { lifeMs: 2_000 }], { lifeMs: 1_000 }],
] as const)('what goes with an entry goes with it: %s', async (_, [first, wish], next, value = 'value') => {
  const { backend, path } = openStore()
  if (first !== undefined) await put(backend, 'key', first, wish)
  await put(backend, 'other', 1)
  const looks = countLooks()
  expect(await put(backend, 'key', value, next)).toBe('stored')
  expect(looks.count).toBeGreaterThan(0)
  expect(await held(backend, 'key')).toBe(value)
  expectConsistent(path)
  await sweepAll(backend)
  expect(valueFiles(path)).toHaveLength(value.length === 131_070 ? 1 : 0)
  expect(await checkAll(backend, 'look')).toMatchObject({ entries: 2, ...NOTHING_WRONG })
  const lifeMs = 'lifeMs' in next ? next.lifeMs : 3_600_000
  expect(await sweepAll(backend, NOW_MS + lifeMs)).toMatchObject({ expired: lifeMs === 1_000 ? 1 : 2 })
})

test('one that lives longer than the old one is there until its end', async () => {
  const { backend } = openStore()
  await put(backend, 'key', 'first', { lifeMs: 1_000 })
  const looks = countLooks()
  await put(backend, 'key', 'value', { lifeMs: 2_000 })
  expect(looks.count).toBe(0)
  expect(await sweepAll(backend, NOW_MS + 1_999)).toMatchObject({ expired: 0 })
  expect(await held(backend, 'key', NOW_MS + 1_999)).toBe('value')
  expect(await sweepAll(backend, NOW_MS + 2_000)).toMatchObject({ expired: 1 })
})

test('its number is above that of the old one, though the clock was set back', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 'first')
  const number = (written: string): number => {
    const database = new Sqlite(path)
    const found = database.prepare(`SELECT ${written} FROM stowage_entry_v1`).pluck().get()
    database.close()
    return Number(found)
  }
  const later = number('written') + 3_600_000_000
  alter(path, `UPDATE stowage_entry_v1 SET written = ${later}; UPDATE stowage_meta_v1 SET tick = ${later}`)
  const now = vi.spyOn(systemClock, 'nowMs').mockReturnValue(1_000)
  const looks = countLooks()
  await put(backend, 'key', 'value')
  expect(looks.count).toBe(1)
  now.mockRestore()
  expect(number('written')).toBeGreaterThan(later)
})

test('a store over its limits makes room, of the same size or not', async () => {
  const { backend, path } = openStore({ maxEntries: 3 })
  for (const key of ['a', 'b', 'c']) await put(backend, key, 'first')
  await backend.close()
  const again = attach(path, { maxEntries: 3 })
  alter(path, 'UPDATE stowage_meta_v1 SET entry_count = 5')
  await put(again, 'c', 'other')
  expect(await keysOf(again)).toEqual(['c'])
})

test('what is too large for the caller goes, though one of its size is there', async () => {
  const { backend } = openStore()
  await put(backend, 'key', 'first')
  const outcome = await backend.set('key', { ...entryOf('key', 'other'), maxBytes: 10 }, NOW_MS, undefined)
  expect(outcome).toBe('too-large')
  expect(await held(backend, 'key')).toBe('miss: absent')
})

test('those of one transaction are bounded in what they write together', async () => {
  const { backend } = openStore({ maxBytes: '5MB' })
  const keys = Array.from({ length: 40 }, (_, at) => `key ${at}`)
  for (const key of keys) await put(backend, key, 'x'.repeat(20_000))
  const commits = countStatements('run', /^COMMIT$/)
  await Promise.all(keys.map((key) => put(backend, key, 'y'.repeat(20_000))))
  const { transactionBytes } = diskShareOf(5_000_000)
  expect(commits.count).toBeGreaterThanOrEqual(Math.floor((39 * 20_000) / (transactionBytes + 20_000)))
  expect(transactionBytes).toBeLessThan(100_000)
})

test('of what was cleared, nothing comes back with it', async () => {
  const { backend, path } = openStore()
  for (let at = 0; at < 300; at++) await put(backend, `key ${at}`, 'first')
  await backend.invalidate({ all: true }, NOW_MS)
  await put(backend, 'key 299', 'value')
  expect(await keysOf(backend)).toEqual(['key 299'])
  await sweepAll(backend)
  expect(await held(backend, 'key 299')).toBe('value')
  expectConsistent(path)
})
