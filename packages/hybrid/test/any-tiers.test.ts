/**
 * As two-nodes.test.ts, of hybrids of any kind: two or three tiers, written through or behind, placements, clocks apart, listings. To see a run
 * again: `SEED=7 RUNS=1 vitest run any-tiers`; longer: `RUNS=100000`.
 */
import { createRandom } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { AnyTiers } from './any-tiers/any-tiers.ts'

const RUNS = Number(process.env['RUNS'] ?? 2_000)
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

test(`${RUNS} interleavings end in one truth (SEED=${SEED})`, async () => {
  for (let run = 0; run < RUNS; run++) {
    expect(await new AnyTiers(createRandom(SEED + run)).play(), `SEED=${SEED + run} RUNS=1`).toBeUndefined()
  }
}, 600_000)
