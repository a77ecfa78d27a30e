/** The mean of what all processes add, as a total and a count that change together. */
import { type Backend, requireKnownOptions, type SpaceRecord } from '@stowage/core'
import { type CheckOptions, repairIn, type StructureReport } from '../examination.ts'
import { openSpace, type Space, type StructureOptions } from '../space.ts'
import { addTo, finite } from './counter.ts'
import { checkAverager, HALVES } from './number-check.ts'

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

const [TOTAL, COUNT] = HALVES

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
    get: async () => averageOf(space, await space.getAll(HALVES)),
    check: async (options) => checkAverager(space, repairIn(options)),
    take() {
      return space.change<Average>(COUNT, async (count) => {
        const total = await space.get(TOTAL)
        if (count === undefined) return { commit: undefined, answer: () => average(0, 0) }
        const taken = averageOf(space, [total, count])
        return {
          commit: {
            expect: [{ key: TOTAL, version: total?.version ?? 0 }],
            changes: [
              { do: 'delete', key: TOTAL },
              { do: 'delete', key: COUNT },
            ],
          },
          answer: () => taken,
        }
      })
    },
  }
}

function averageOf(space: Space, [total, count]: readonly (SpaceRecord | undefined)[]): Average {
  return average(space.number(total), space.number(count))
}

function average(total: number, count: number): Average {
  return { total, count, mean: count === 0 ? undefined : total / count }
}
