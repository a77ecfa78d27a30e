/** Regression: invalidating a prefix voided the leases on all of its keys in one step, however many loads were under way: 60,000 held the event loop and the lock for 30 ms, with a line of megabytes for all others to read at once. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readJournalLine } from '../../src/journal-line.ts'
import { Layout } from '../../src/layout.ts'
import { entryOf, openBare } from '../bare-backend.ts'

const NOW_MS = 1_700_000_000_000
const COUNT = 4_000

test('they are void in steps, and at the end all of them are', async () => {
  const { directory, backend } = openBare()
  const lease = (key: string) => Promise.resolve(backend.lease(key, 'fence', 60_000, NOW_MS))
  const taken = await Promise.all(Array.from({ length: COUNT }, (_, at) => lease(`app:${at}`)))
  const other = await lease('other')
  await backend.invalidate({ prefix: 'app:' }, NOW_MS)
  const lines = readFileSync(new Layout(directory).journal, 'utf8').trimEnd().split('\n')
  const voided = lines.map((line) => readJournalLine(line)?.filter(({ k }) => k === 'void').length ?? 0)
  expect(voided.reduce((sum, count) => sum + count, 0)).toBe(COUNT)
  expect(Math.max(...voided)).toBeLessThan(COUNT / 2)
  const put = (key: string, under: (typeof taken)[0]) =>
    backend.set(key, entryOf(key, Buffer.from('late'), NOW_MS), NOW_MS, under)
  for (const at of [0, 1_500, COUNT - 1]) expect(await put(`app:${at}`, taken[at])).toBe('superseded')
  expect(await put('other', other)).toBe('stored')
})
