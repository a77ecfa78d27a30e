/** Each contender of queues and locks does the work that its figures are told of; what this machine has not got is skipped. */
import { expect, test } from 'vitest'
import { SkippedError } from '../src/harness/contract.ts'
import { structureLocks } from '../src/workloads/structure-locks.ts'
import { structures, structuresRedis } from '../src/workloads/structures.ts'
import { SCALE } from './stubs.ts'

const scale = { ...SCALE, store: { ...SCALE.store, workMs: 25, sustainedMs: 25, rowCount: 10 } }

for (const { name, entrants, measures } of [structures, structuresRedis, structureLocks]) {
  test.each(entrants.map((entrant) => [entrant.name, entrant] as const))(`${name}: %s`, async (_, entrant) => {
    const bout = await entrant.open(scale).catch((thrown: unknown) => {
      if (thrown instanceof SkippedError) return undefined
      throw thrown
    })
    if (bout === undefined) return
    try {
      await bout.smoke()
      const figures = await bout.round()
      for (const measure of measures) expect(figures[measure.name]).toBeGreaterThan(0)
    } finally {
      await bout.close()
    }
  })
}
