/** A check took files that another cache of the process was about to forget for orphans; a sweep left its folder open. */
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkAll, NOTHING_WRONG, NOW_MS, put } from '../entries.ts'
import { attach, newPath, openStore } from '../stores.ts'

const LARGE = 'x'.repeat(140_000)

test('what another cache of the same process has deleted is no orphan', async () => {
  const { backend, path } = openStore()
  const other = attach(path)
  for (let at = 0; at < 5; at++) {
    await put(other, `key ${at}`, LARGE)
    await other.delete(`key ${at}`, NOW_MS, undefined)
  }
  expect(await checkAll(backend, 'look')).toMatchObject(NOTHING_WRONG)
})

test.runIf(process.platform === 'linux')('a backend that is closed amid a sweep keeps no folder open', async () => {
  const path = newPath()
  const first = attach(path)
  for (let at = 0; at < 300; at++) await put(first, `key ${at}`, LARGE)
  await first.close()
  const openBefore = readdirSync('/proc/self/fd').length
  for (let round = 0; round < 3; round++) {
    const backend = attach(path)
    await backend.sweep(NOW_MS)
    await backend.close()
  }
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(openBefore)
})
