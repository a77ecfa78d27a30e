/** The mean of what all processes add, as a total and a count that change together. */
import { type Backend, requireKnownOptions, type SpaceRecord } from '@stowage/core'
import { type CheckOptions, repairIn, type StructureReport } from '../examination.ts'
import { openSpace, type Space, type StructureOptions } from '../space.ts'
import { addTo, finite } from './counter.ts'
import { checkAverager } from './number-check.ts'

export interface Average {
  readonly total: number
  readonly count: number
  /** Undefined: of none there is none. */
  readonly mean: number | undefined
}

export interface Averager {
  readonly name: string
  /** @throws UsageError where the total were no finite number; nothing was added */
  add(value: number): Promise<Average>
  get(): Promise<Average>
  /** As it is, and begun anew: each value that was added is in exactly one such answer. */
  take(): Promise<Average>
  check(options?: CheckOptions): Promise<StructureReport>
}

const TOTAL = 'total'
const COUNT = 'count'

/** @throws ConfigError for a backend that cannot keep one, a name that is none, or an option out of range */
export function createAverager(backend: Backend, name: string, options: StructureOptions = {}): Averager {
  requireKnownOptions('createAverager', options, ['clock'])
  const space = openSpace('averager', backend, name, options)
  return {
    name,
    async add(value) {
      const [total = 0, count = 0] = await addTo(space, [
        { key: TOTAL, by: finite('add', value) },
        { key: COUNT, by: 1 },
      ])
      return average(total, count)
    },
    get: () => averageIn(space),
    check: async (options) => checkAverager(space, repairIn(options)),
    take() {
      return space.change<Average>(COUNT, async (count) => {
        const total = await space.get(TOTAL)
        if (count === undefined) return { commit: undefined, answer: () => average(0, 0) }
        return {
          commit: {
            expect: [{ key: TOTAL, version: total?.version ?? 0 }],
            changes: [
              { do: 'delete', key: TOTAL },
              { do: 'delete', key: COUNT },
            ],
          },
          answer: () => averageOf([total, count]),
        }
      })
    },
  }
}

export async function averageIn(space: Space): Promise<Average> {
  return averageOf(await space.getAll([TOTAL, COUNT]))
}

function averageOf([total, count]: readonly (SpaceRecord | undefined)[]): Average {
  return average(Number(total?.value ?? 0), Number(count?.value ?? 0))
}

function average(total: number, count: number): Average {
  return { total, count, mean: count === 0 ? undefined : total / count }
}
