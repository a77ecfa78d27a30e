/** kill -9 at any instant: what was acknowledged is there, nothing is torn, and nothing is left behind for longer than one sweep. */
import { expect, test } from 'vitest'
import { Worker } from './processes.ts'
import { newDirectory, openCache } from './stores.ts'
import { witnessFault, witnessNumber } from './witness.ts'

const ROUND_COUNT = 20
const WRITER_COUNT = 3

test('twenty rounds of three writers that are killed', { timeout: 240_000 }, async () => {
  const directory = newDirectory()
  let acknowledgedCount = 0
  for (let round = 0; round < ROUND_COUNT; round++) {
    const writers = Array.from(
      { length: WRITER_COUNT },
      (_, at) => new Worker('write', directory, { seed: round * 10 + at }),
    )
    // Wherever they stand by then.
    await Promise.all(writers.map((writer) => writer.said(10 + ((round * 7) % 30))))
    const said = await Promise.all(writers.map((writer) => writer.kill()))
    const cache = openCache(directory)
    for (const lines of said) acknowledgedCount += await verified(cache, lines.slice(1))
    expect(await cache.check()).toMatchObject({ torn: 0, wrong: 0 })
    await cache.sweep()
    expect(await cache.check()).toMatchObject({ torn: 0, wrong: 0, orphans: 0 })
    const { entries, bytes } = await cache.check()
    expect(await cache.usage()).toMatchObject({ entries, bytes })
    await cache.close()
  }
  expect(acknowledgedCount).toBeGreaterThan(ROUND_COUNT * WRITER_COUNT * 5)
})

/** @returns how many keys there were. */
async function verified(cache: ReturnType<typeof openCache>, lines: readonly string[]): Promise<number> {
  const latest = new Map<string, number>()
  for (const line of lines) {
    const [, key = '', number = ''] = /^(\d+ \d+) (\d+)$/.exec(line) ?? []
    expect(key, line).not.toBe('')
    latest.set(key, Number(number))
  }
  for (const [key, number] of latest) {
    const value = await cache.get(key)
    expect(value, `${key}, acknowledged as ${number}`).toBeDefined()
    expect(witnessFault(key, value)).toBeUndefined()
    // One more may have been written and not told of.
    expect(witnessNumber(value)).toBeGreaterThanOrEqual(number)
  }
  return latest.size
}
