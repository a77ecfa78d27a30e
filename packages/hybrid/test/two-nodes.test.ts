/**
 * Two processes over one far tier and a bad bus, in any order of arrivals and answers: what each does overlaps, messages are late,
 * doubled, reordered, garbled and lost. When all is quiet both must serve what the far tier has, and nothing that was invalidated.
 * Each run has a seed of its own and names it. To see one again: `SEED=7 RUNS=1 vitest run two-nodes`; longer: `RUNS=100000`.
 */
import type { Bus } from '@stowage/core'
import { createRandom } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { TwoNodes } from './two-nodes/two-nodes.ts'

const RUNS = Number(process.env['RUNS'] ?? 10_000)
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** @returns what was wrong in the first run in which something was. */
async function search(
  runs: number,
  hearing: (bus: Bus) => Bus,
  write: 'through' | 'behind',
): Promise<string | undefined> {
  for (let run = 0; run < runs; run++) {
    const nodes = new TwoNodes(createRandom(SEED + run), hearing, write)
    const wrong = await nodes.play()
    if (wrong !== undefined) return `SEED=${SEED + run} RUNS=1: ${wrong}`
  }
  return undefined
}

test.each(['through', 'behind'] as const)(
  `${RUNS} interleavings written %s end in one truth (SEED=${SEED})`,
  async (write) => {
    expect(await search(RUNS, (bus) => bus, write)).toBeUndefined()
  },
  600_000,
)

test.each<[string, (bus: Bus) => Bus]>([
  ['a bus that hides what it lost', (bus) => ({ ...spread(bus), onGap: () => () => undefined })],
  ['a bus that nobody hears', (bus) => ({ ...spread(bus), subscribe: () => () => undefined })],
])(
  'the search finds %s',
  async (_, hearing) => {
    expect(await search(3_000, hearing, 'through')).toMatch(/SEED=/)
  },
  600_000,
)

function spread(bus: Bus): Bus {
  return {
    publish: (message) => bus.publish(message),
    subscribe: (listener) => bus.subscribe(listener),
    onGap: (listener) => bus.onGap(listener),
    close: () => bus.close(),
  }
}
