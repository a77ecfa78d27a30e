/** Regression: a large value that no file may hold (`ulimit -f`) was a fault, and the older value stayed, as if the disk had failed. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Seen } from '../fixtures/short-files.ts'
import { newPath } from '../stores.ts'

const SOURCE = fileURLToPath(new URL('../fixtures/short-files.ts', import.meta.url))
const FILE_BYTES = 2_000_000
const LIMITED = 'prlimit'
const TIMEOUT = { timeout: 60_000 }

test.runIf(process.platform === 'linux')('what may not be so long is refused, and all others stay', TIMEOUT, () => {
  const args = [`--fsize=${FILE_BYTES}`, process.execPath, '--conditions=@stowage/source', SOURCE, newPath()]
  const told = JSON.parse(execFileSync(LIMITED, args, { encoding: 'utf8' })) as Seen
  expect(told).toEqual({
    outcomes: ['refused too-large', 'refused too-large', '3000000', 'stored'],
    olderValues: [null, null],
    supersededBy: 'newer',
    heldCount: 20,
    evictedCount: 0,
    fileCount: 0,
    fileRowCount: 0,
    faultCount: 0,
  } satisfies Seen)
})
