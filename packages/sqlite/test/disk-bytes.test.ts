/** `maxBytes` holds for what is on the disk: database, log, its index and value files together. */
import { expect, test } from 'vitest'
import { diskBytes } from './disk-use.ts'
import { checkAll, NOTHING_WRONG, NOW_MS, put, sweepAll } from './entries.ts'
import { expectConsistent } from './inspection.ts'
import { attach, newPath } from './stores.ts'
import { startWorkers, type Worker } from './workers.ts'

const MAX_BYTES = 8_000_000
/** As the README says. */
const SLACK_BYTES = 1_000_000
const TINY = [100, 400] as const
/** Each takes a page for little more than half of it. */
const WASTEFUL = [2_100, 4_000] as const
const LONG = [4_000, 130_000] as const
const IN_FILES = [132_000, 1_000_000] as const

type Sizes = readonly (readonly [leastBytes: number, mostBytes: number])[]

interface Phase {
  readonly sizes: Sizes
  /** Writes between two looks, and looks, of each process. */
  readonly count: number
  readonly lookCount: number
}

/** Together several times what fits; each leaves the pages of the one before behind. */
const PHASES: readonly Phase[] = [
  { sizes: [TINY], count: 1_000, lookCount: 12 },
  { sizes: [WASTEFUL], count: 200, lookCount: 12 },
  { sizes: [IN_FILES], count: 5, lookCount: 5 },
  { sizes: [LONG], count: 20, lookCount: 10 },
  { sizes: [TINY, WASTEFUL, WASTEFUL, LONG, IN_FILES], count: 20, lookCount: 12 },
  { sizes: [IN_FILES], count: 5, lookCount: 5 },
]

/** Looks at the disk after each batch of one, while the others are in the midst of theirs. @returns the most it was. */
async function mostOnDisk(
  path: string,
  workers: readonly Worker[],
  { sizes, count, lookCount }: Phase,
): Promise<number> {
  let mostBytes = 0
  const run = async (worker: Worker, at: number): Promise<void> => {
    for (let looks = 0; looks < lookCount; looks++) {
      await worker.do({ do: 'churn', seed: 1_000 * looks + at, sizes, count })
      mostBytes = Math.max(mostBytes, diskBytes(path))
    }
  }
  await Promise.all(workers.map(run))
  return mostBytes
}

test('two processes write several times what fits, of all sizes: the disk never has more than the limit and the slack', {
  timeout: 120_000,
}, async () => {
  const path = newPath()
  const workers = await startWorkers(path, 2, { maxBytes: MAX_BYTES })
  for (const phase of PHASES) {
    const mostBytes = await mostOnDisk(path, workers, phase)
    expect(mostBytes, JSON.stringify(phase.sizes)).toBeLessThanOrEqual(MAX_BYTES + SLACK_BYTES)
    expect(mostBytes, 'it is made use of').toBeGreaterThan(MAX_BYTES / 2)
  }
  expectConsistent(path)
})

test('shards keep the limit together', { timeout: 120_000 }, async () => {
  const path = newPath()
  const maxBytes = 4 * MAX_BYTES
  const workers = await startWorkers(path, 1, { maxBytes, shards: 4 })
  const phase = { sizes: [TINY, WASTEFUL, LONG, IN_FILES], count: 100, lookCount: 6 }
  expect(await mostOnDisk(path, workers, phase)).toBeLessThanOrEqual(maxBytes + 4 * SLACK_BYTES)
})

test('kill -9 of writers: after one sweep the limit holds, and goes on to hold', { timeout: 120_000 }, async () => {
  const path = newPath()
  const mixed = [WASTEFUL, LONG, IN_FILES]
  for (let round = 0; round < 3; round++) {
    const workers = await startWorkers(path, 2, { maxBytes: MAX_BYTES })
    await mostOnDisk(path, workers, { sizes: mixed, count: 20, lookCount: 2 })
    for (const worker of workers) worker.tell({ do: 'churn', seed: round, sizes: mixed, count: 1_000_000 })
    const before = diskBytes(path)
    await expect.poll(() => diskBytes(path)).not.toBe(before)
    for (const worker of workers) await worker.kill()
    const backend = attach(path, { maxBytes: MAX_BYTES })
    await backend.sweep(Date.now())
    expect(diskBytes(path)).toBeLessThanOrEqual(MAX_BYTES + SLACK_BYTES)
    for (let at = 0; at < 20; at++) await put(backend, `after ${at}`, 'x'.repeat(300_000), { nowMs: Date.now() })
    expect(diskBytes(path)).toBeLessThanOrEqual(MAX_BYTES + SLACK_BYTES)
    await backend.close()
  }
})

test.each([
  ['in rows', 3_000, 8_000],
  ['in files', 400_000, 60],
] as const)(
  'a store reopened under a lower limit comes down to it on the disk: values %s',
  { timeout: 60_000 },
  async (_, length, count) => {
    const path = newPath()
    const larger = attach(path, { maxBytes: 4 * MAX_BYTES })
    for (let at = 0; at < count; at++) await put(larger, `key ${at}`, 'x'.repeat(length))
    expect(diskBytes(path)).toBeGreaterThan(2 * MAX_BYTES)
    await larger.close()
    const smaller = attach(path, { maxBytes: MAX_BYTES })
    await sweepAll(smaller)
    expect(diskBytes(path)).toBeLessThanOrEqual(MAX_BYTES + SLACK_BYTES)
    expect((await smaller.usage(NOW_MS)).entryCount).toBeGreaterThan(5)
    expectConsistent(path)
    expect(await checkAll(smaller, 'look')).toMatchObject(NOTHING_WRONG)
  },
)
