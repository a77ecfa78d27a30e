/** A workload on a disk made of kinds of work, each with its wall and CPU time per operation. */
import type { Contender } from '../contenders/contender.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import type { Bout, Entrant, Figures, Measure, Scale, Workload } from '../harness/contract.ts'
import type { ValueSize } from '../material/values.ts'
import { openStore } from './open-store.ts'
import { spend } from './store-loop.ts'
import type { StepOn } from './store-steps.ts'

export interface StoreWorkload extends Pick<Workload, 'name' | 'row' | 'title' | 'targets'> {
  readonly contenders: readonly Contender[]
  /** Default: better-sqlite3. */
  readonly reference?: Contender
  readonly valueSize: ValueSize
  readonly keyCount: (scale: Scale) => number
  /** By a short name, which is part of the measures': `seq` has `seqUs` and `seqCpuUs`. */
  readonly kinds: Readonly<Record<string, StepOn>>
  /** How long a turn is, as a multiple of other stores'. Default: 1. */
  readonly turnFactor?: number
}

export function storeWorkload(work: StoreWorkload): Workload {
  const { name, row, title, targets, contenders, kinds, reference = rawSqlite } = work
  return {
    ...{ name, row, title, targets },
    entrants: contenders.map((contender) => entrant(contender, work)),
    measures: Object.keys(kinds).flatMap(measuresOf),
    reference: reference.name,
    rounds: ({ store }) => store,
  }
}

function measuresOf(kind: string): Measure[] {
  return [
    { name: `${kind}Us`, title: `${kind} µs` },
    { name: `${kind}CpuUs`, title: `CPU µs` },
  ]
}

function entrant(contender: Contender, { valueSize, keyCount, kinds, turnFactor = 1 }: StoreWorkload): Entrant {
  const { name, packages } = contender
  return {
    ...{ name, packages },
    async open(scale): Promise<Bout> {
      const store = await openStore(contender, { valueSize, keyCount: keyCount(scale) })
      const steps = Object.entries(kinds).map(([kind, stepOn]) => [kind, stepOn(store.cache, store.stock)] as const)
      return {
        smoke: () => store.smoke(),
        async round() {
          let figures: Figures = {}
          for (const [kind, step] of steps) {
            const { wallUs, cpuUs } = await spend(scale.store.workMs * turnFactor, step)
            figures = { ...figures, [`${kind}Us`]: wallUs, [`${kind}CpuUs`]: cpuUs }
          }
          await store.check()
          return figures
        },
        close: () => store.close(),
      }
    },
  }
}
