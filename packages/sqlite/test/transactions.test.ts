/** A write that fails midway leaves nothing behind, and nothing in the way of the next one. */
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { held, keysOf, NOW_MS, put } from './entries.ts'
import { expectConsistent } from './inspection.ts'
import { openStore } from './stores.ts'

test('a write that fails midway is taken back whole', async () => {
  const { backend, path } = openStore({ maxEntries: 2 })
  await put(backend, 'a', 1, { tags: ['t'] })
  await put(backend, 'b', 1)
  const lease = await backend.lease('c', 'fence', 1_000, NOW_MS)
  const database = new Sqlite(path)
  database.exec(`CREATE TRIGGER fails BEFORE INSERT ON stowage_entry_v1 BEGIN SELECT RAISE(ABORT, 'no more'); END`)
  const removals: string[] = []
  backend.onRemoval((key) => removals.push(key))
  await expect(put(backend, 'c', 1)).rejects.toThrow('no more')
  expect(await keysOf(backend), 'nothing was evicted for it').toEqual(['a', 'b'])
  expect(removals).toEqual([])
  expectConsistent(path)
  database.exec('DROP TRIGGER fails')
  database.close()
  expect(await put(backend, 'c', 2, { lease }), 'its voiding of leases was taken back too').toBe('stored')
  expect(await held(backend, 'c')).toBe(2)
  expect(removals).toEqual(['a'])
})
