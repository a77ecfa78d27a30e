/** Row 22: what three tags cost a hit, on our own backends. */
import type { Contender } from '../contenders/contender.ts'
import { stowageMemory } from '../contenders/stowage-memory.ts'
import { stowageSqlite } from '../contenders/stowage-sqlite.ts'
import type { Workload } from '../harness/contract.ts'
import type { ValueSize } from '../material/values.ts'
import { hitEntrants } from './hit-bout.ts'

export const taggedHitMemory = taggedHit('memory', stowageMemory, '200 B', { must: 1.5, aim: 1.26 })
export const taggedHitSqlite = taggedHit('sqlite', stowageSqlite, '2 KB', { must: 1.4, aim: 1.16 })

function taggedHit(
  backend: string,
  contender: Contender,
  valueSize: ValueSize,
  limits: { readonly must: number; readonly aim: number },
): Workload {
  const work = { call: 'get', valueSize, callsPerTurn: 1_000 } as const
  const tagged = { ...contender, name: `${contender.name}, 3 tags` }
  return {
    name: `tagged-hit-${backend}`,
    row: 22,
    title: `get hit of an entry with 3 tags, ${backend}, ${valueSize}`,
    entrants: [...hitEntrants([contender], work), ...hitEntrants([tagged], { ...work, isTagged: true })],
    measures: [{ name: 'cpuNs', title: 'CPU ns/get' }],
    reference: contender.name,
    targets: [{ entrant: tagged.name, measure: 'cpuNs', form: 'cost', ...limits }],
  }
}
