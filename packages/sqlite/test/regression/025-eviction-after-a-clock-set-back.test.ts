/** Regression: in a process begun after the clock was set back, each new entry was the next to be evicted, until the clock had caught up. */
import { expect, test } from 'vitest'
import { keysOf, put } from '../entries.ts'
import { alter } from '../inspection.ts'
import { attach, newPath } from '../stores.ts'

const HOUR_US = 3_600_000_000
/** How far the bound of the file may be ahead of the numbers in it. */
const RESERVE = 100_000

test('what is written later stays longer', async () => {
  const path = newPath()
  const before = attach(path)
  for (let at = 0; at < 10; at++) await put(before, `before ${at}`, at)
  await before.close()
  // As the clock had it then.
  alter(
    path,
    `UPDATE stowage_entry_v1 SET written = written + ${HOUR_US}, rank = rank + ${HOUR_US};
    UPDATE stowage_meta_v1 SET tick = (SELECT max(written) FROM stowage_entry_v1) + ${RESERVE}`,
  )
  const after = attach(path, { maxEntries: 10 })
  for (let at = 0; at < 10; at++) await put(after, `later ${at}`, at)
  expect(await keysOf(after)).toEqual(Array.from({ length: 10 }, (_, at) => `later ${at}`))
})
