/** Row 3: hits whose value is the caller's own, to change as it likes. */
import { bentocache } from '../contenders/bentocache.ts'
import { cacheable } from '../contenders/cacheable.ts'
import { keyv } from '../contenders/keyv.ts'
import { stowageMemoryCopy, stowageMemoryFreeze } from '../contenders/stowage-memory-isolated.ts'
import type { Workload } from '../harness/contract.ts'
import { hitEntrants } from './hit-bout.ts'

export const isolatedHit: Workload = {
  name: 'isolated-hit',
  row: 3,
  title: 'get hit with isolation, 2 KB',
  entrants: hitEntrants([bentocache, stowageMemoryCopy, stowageMemoryFreeze, cacheable, keyv], {
    call: 'get',
    valueSize: '2 KB',
    callsPerTurn: 1_000,
    isIsolated: true,
  }),
  measures: [{ name: 'cpuNs', title: 'CPU ns/get' }],
  reference: bentocache.name,
  targets: [stowageMemoryCopy, stowageMemoryFreeze].map(({ name }) => ({
    entrant: name,
    measure: 'cpuNs',
    form: 'speed',
    must: 5,
    aim: 9,
  })),
}
