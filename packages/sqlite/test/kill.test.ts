/** Crash safety: four processes are killed in the midst of their writes to one file, twenty times, and the file is opened again. */
import type { Backend } from '@stowage/core'
import { expect, test } from 'vitest'
import { held, keysOf, put } from './entries.ts'
import { writtenValue } from './fixtures/orders.ts'
import { expectConsistent } from './inspection.ts'
import { attach, newPath } from './stores.ts'
import { startWorkers, type Worker } from './workers.ts'

const ROUND_COUNT = 20
/** How many writes each of the four asks for in one moment. */
const AT_ONCE = [1, 2, 20, 150] as const
/** Nothing is evicted: whatever is missing is lost. */
const ROOMY = { maxEntries: 1_000_000 }

test(`kill -9 of ${AT_ONCE.length} writers, ${ROUND_COUNT} times: every acknowledged write is there, nothing is torn or wrong`, {
  timeout: 120_000,
}, async () => {
  // Two files in turns: while one is looked at, the next four start on the other.
  const paths = [newPath(), newPath()] as const
  let next = startWorkers(paths[0], AT_ONCE.length, ROOMY)
  let acknowledgedCount = 0
  for (let round = 0; round < ROUND_COUNT; round++) {
    const path = paths[round % 2] ?? paths[0]
    const workers = await next
    next = startWorkers(paths[(round + 1) % 2] ?? paths[0], round + 1 < ROUND_COUNT ? AT_ONCE.length : 1, ROOMY)
    const writers = await killedWriters(workers, round)
    expectConsistent(path)
    const backend = attach(path, ROOMY)
    for (const writer of writers) {
      await expectKept(backend, writer)
      acknowledgedCount += writer.lastWrote + 1
    }
    expect(await put(backend, 'after', round, { nowMs: Date.now() })).toBe('stored')
    await backend.close()
  }
  await next
  expect(acknowledgedCount).toBeGreaterThan(ROUND_COUNT * AT_ONCE.length * 10)
})

interface Writer {
  readonly prefix: string
  readonly atOnce: number
  /** The last write it was told of, of all that it was told of in order. */
  readonly lastWrote: number
}

/** Lets each write until it has told of some, another number each round, and kills all of them at once. */
async function killedWriters(workers: readonly Worker[], round: number): Promise<readonly Writer[]> {
  const plans = workers.map((worker, at) => {
    const atOnce = AT_ONCE[at] ?? 1
    return { worker, atOnce, prefix: `round ${round}, writer ${at}, ` }
  })
  const lastWrote = await Promise.all(
    plans.map(async ({ worker, prefix, atOnce }) => {
      worker.tell({ do: 'write on', prefix, atOnce })
      let last = -1
      while (last < 10 + round) last = (await worker.report()).wrote ?? last
      return last
    }),
  )
  const unread = await Promise.all(workers.map((worker) => worker.kill()))
  return plans.map(({ prefix, atOnce }, at) => ({
    prefix,
    atOnce,
    lastWrote: unread[at]?.at(-1)?.wrote ?? lastWrote[at] ?? -1,
  }))
}

async function expectKept(backend: Backend, { prefix, atOnce, lastWrote }: Writer): Promise<void> {
  const nowMs = Date.now()
  for (let at = 0; at <= lastWrote; at++) {
    if ((await held(backend, prefix + at, nowMs)) !== writtenValue(prefix, at))
      expect.fail(`lost or wrong: ${prefix}${at}`)
  }
  const keys = await keysOf(backend, prefix, nowMs)
  expect(keys.length - lastWrote - 1, 'written, and not told any more').toBeLessThanOrEqual(2 * atOnce)
  for (const key of keys) {
    const value = writtenValue(prefix, Number(key.slice(prefix.length)))
    if ((await held(backend, key, nowMs)) !== value) expect.fail(`wrong: ${key}`)
  }
}
