/** Regression: invalidating a prefix voided the leases on all of its keys in one transaction, however many loads were under way: 10,000 held the event loop and the write lock for 38 ms, 60,000 for 145. */
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { held, NOW_MS, put } from '../entries.ts'
import { openStore } from '../stores.ts'

const COUNT = 2_000

test('they are void in batches, and at the end all of them are', async () => {
  const { backend, path } = openStore()
  const database = new Sqlite(path, { readonly: true })
  onTestFinished(() => {
    database.close()
  })
  const leases = database.prepare<[], number>('SELECT count(*) FROM stowage_lease_v1').pluck()
  const keys = Array.from({ length: COUNT }, (_, at) => `app:${at}`)
  const taken = await Promise.all(keys.map(async (key) => backend.lease(key, 'fence', 60_000, NOW_MS)))
  const other = await backend.lease('other', 'fence', 60_000, NOW_MS)
  await put(backend, 'app:entry', 1)
  const counts = [leases.get()]
  await backend.invalidate({ prefix: 'app:' }, NOW_MS, () => counts.push(leases.get()))
  counts.push(leases.get())
  expect(counts).toContain(COUNT + 1)
  const steps = counts.map((count, at) => (counts[at - 1] ?? COUNT + 1) - (count ?? 0))
  expect(Math.max(...steps)).toBeLessThan(COUNT / 2)
  expect(counts.at(-1), 'the other').toBe(1)
  expect(await held(backend, 'app:entry')).toBe('miss: absent')
  for (const [at, lease] of taken.entries())
    expect(await put(backend, `app:${at}`, 'late', { lease })).toBe('superseded')
  expect(await put(backend, 'other', 'kept', { lease: other })).toBe('stored')
})
