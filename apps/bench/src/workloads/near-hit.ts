/** Row 20: what tiers cost a hit in the nearest of them, beside the memory backend alone. */
import { stowageHybrid, stowageHybridWatching } from '../contenders/stowage-hybrid.ts'
import { stowageMemory } from '../contenders/stowage-memory.ts'
import type { Workload } from '../harness/contract.ts'
import { hitEntrants } from './hit-bout.ts'

/** Few enough that the processor's caches hold them: what is measured is the work, and little of the memory. */
export const nearHit = nearHits('near-hit', 1_000)
export const nearHit100k = nearHits('near-hit-100k', 100_000)

function nearHits(name: string, keyCount: number): Workload {
  return {
    name,
    row: 20,
    title: `get hit in the nearest tier, ${keyCount.toLocaleString('en')} keys of 2 KB`,
    entrants: hitEntrants([stowageMemory, stowageHybrid, stowageHybridWatching], {
      call: 'get',
      valueSize: '2 KB',
      callsPerTurn: 1_000,
      keyCount,
    }),
    measures: [{ name: 'cpuNs', title: 'CPU ns/get' }],
    reference: stowageMemory.name,
    targets: [stowageHybrid, stowageHybridWatching].map((hybrid) => ({
      entrant: hybrid.name,
      measure: 'cpuNs',
      form: 'cost',
      must: 1.15,
      aim: 1.05,
    })),
  }
}
