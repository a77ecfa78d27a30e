/**
 * Regression: the names of what had been changed were kept until 20,000 of a partition had come together, however old and however long they
 * were: 88 MB of a process with a Cluster.
 */
import { expect, it } from 'vitest'
import { RecentChanges } from '../../src/recent-changes.ts'

const KEPT_MS = 5_000
const MAX_CHARACTERS = 1_048_576

/** When the master was heard of last is up to the test. */
function world() {
  const heard = { tickMs: 0 }
  const changes = new RecentChanges(() => heard.tickMs)
  return { heard, changes, kept: () => changes.list(0) }
}

it('what cannot be asked for any more is not kept', () => {
  const { heard, changes, kept } = world()
  for (let tickMs = 0; tickMs <= 4 * KEPT_MS; tickMs += 1_000) {
    heard.tickMs = tickMs
    changes.note(`at ${tickMs}`, tickMs)
    const oldestMs = Math.max(0, tickMs - KEPT_MS)
    expect(kept()).toHaveLength((tickMs - oldestMs) / 1_000 + 1)
    expect(kept()[0]).toBe(`at ${oldestMs}`)
  }
})

it('while nothing is heard everything may be', () => {
  const { changes, kept } = world()
  for (const tickMs of [0, 2 * KEPT_MS, 4 * KEPT_MS]) changes.note(`at ${tickMs}`, tickMs)
  expect(kept()).toEqual(['at 0', 'at 10000', 'at 20000'])
})

it('of long names the last are kept, and the newest always', () => {
  const { changes, kept } = world()
  const names = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(MAX_CHARACTERS / 4))
  for (const name of names) changes.note(name, 0)
  expect(kept()).toEqual(names.slice(1))
  changes.note('short', 0)
  expect(kept()).toEqual([...names.slice(2), 'short'])
  changes.note('x'.repeat(2 * MAX_CHARACTERS), 0)
  expect(kept()).toHaveLength(1)
  changes.note('later', 0)
  expect(kept()).toEqual(['later'])
})
