/** Row 20: what tiers cost a hit in the nearest of them, beside the memory backend alone. */
import { stowageHybrid, stowageHybridWatching } from '../contenders/stowage-hybrid.ts'
import { stowageMemory } from '../contenders/stowage-memory.ts'
import type { Workload } from '../harness/contract.ts'
import { hitEntrants } from './hit-bout.ts'

export const nearHit: Workload = {
  name: 'near-hit',
  row: 20,
  title: 'get hit in the nearest tier, 2 KB',
  entrants: hitEntrants([stowageMemory, stowageHybrid, stowageHybridWatching], {
    call: 'get',
    valueSize: '2 KB',
    callsPerTurn: 1_000,
  }),
  measures: [{ name: 'cpuNs', title: 'CPU ns/get' }],
  reference: stowageMemory.name,
  targets: [stowageHybrid, stowageHybridWatching].map(({ name }) => ({
    entrant: name,
    measure: 'cpuNs',
    form: 'cost',
    must: 1.15,
    aim: 1.05,
  })),
}
