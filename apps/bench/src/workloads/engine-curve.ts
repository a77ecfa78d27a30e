/** Row 28: what `missRatioCurve: true` costs a hit and a write of the memory engine: the same engine without it is beside it. */
import type { Workload } from '../harness/contract.ts'
import { CPU_NS, engineRounds, held, hit, open, stowage, type Use, update } from './engine.ts'

const PLAIN = 'Stowage memory engine'
const CURVED = 'the same with missRatioCurve'

export const curveHit = workload('hit', hit)
export const curveUpdate = workload('update', update)

/** No requirement names a figure: who asks for a curve must not pay for it with a second hit, and should hardly notice. */
function workload(name: string, use: Use): Workload {
  return {
    name: `curve-${name}`,
    row: 28,
    title: `memory engine with a miss ratio curve, ${name}`,
    entrants: [
      { name: PLAIN, packages: ['@stowage/memory'], open: open(() => stowage(), use, held) },
      { name: CURVED, packages: ['@stowage/memory'], open: open(() => stowage({ missRatioCurve: true }), use, held) },
    ],
    measures: [CPU_NS],
    reference: PLAIN,
    rounds: engineRounds,
    targets: [{ entrant: CURVED, measure: CPU_NS.name, form: 'cost', must: 2, aim: 1.1 }],
  }
}
