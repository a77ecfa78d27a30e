/** Regression: a limit on the length of files (`ulimit -f`) was taken for a full disk, so that all others were evicted, for nothing. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Seen } from '../fixtures/short-files.ts'
import { newDirectory } from '../stores.ts'

const SOURCE = fileURLToPath(new URL('../fixtures/short-files.ts', import.meta.url))
/** Shorter than what is written within the lock, and than a journal gets before it is written anew. */
const FILE_BYTES = 100_000
const LIMITED = 'prlimit'
const TIMEOUT = { timeout: 60_000 }

test.runIf(process.platform === 'linux')('what may not be so long is refused, and all others stay', TIMEOUT, () => {
  const args = [`--fsize=${FILE_BYTES}`, process.execPath, '--conditions=@stowage/source', SOURCE, newDirectory()]
  const told = JSON.parse(execFileSync(LIMITED, args, { encoding: 'utf8' })) as Seen
  expect(told).toEqual({
    outcomes: ['refused too-large', 'refused too-large', 'too-large'],
    olderValues: [null, null, null],
    heldCount: 20,
    evictedCount: 0,
    temps: [],
    isInvalidated: true,
    checked: '0 0 0',
  } satisfies Seen)
})
