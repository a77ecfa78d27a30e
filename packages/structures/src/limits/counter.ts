/** A number that all processes add to; none of them has to try again because another did. */
import { type Backend, describe, requireKnownOptions, UsageError } from '@stowage/core'
import { type CheckOptions, repairIn, type StructureReport } from '../examination.ts'
import { openSpace, type Space, type StructureOptions } from '../space.ts'
import { checkCounter } from './number-check.ts'

export interface Counter {
  readonly name: string
  /** @returns what it came to @throws UsageError where that were no finite number; nothing was added */
  add(by?: number): Promise<number>
  get(): Promise<number>
  set(value: number): Promise<void>
  check(options?: CheckOptions): Promise<StructureReport>
}

/** How a counter is listed, too (survey.ts). */
export const RECORD = 'n'

/** @throws ConfigError for a backend that cannot keep one, a name that is none, or an option out of range */
export function createCounter(backend: Backend, name: string, options: StructureOptions = {}): Counter {
  requireKnownOptions('createCounter', options, ['clock'])
  const space = openSpace('counter', backend, name, options)
  return {
    name,
    async add(by = 1) {
      const [sum = Number.NaN] = await addTo(space, [{ key: RECORD, by: finite('add', by) }])
      return sum
    },
    async get() {
      return space.number(await space.get(RECORD))
    },
    async set(value) {
      await space.apply({ do: 'put', key: RECORD, value: String(finite('set', value)), moveCount: 0 })
    },
    check: async (options) => checkCounter(space, repairIn(options)),
  }
}

/** All or none of them. @returns what each came to @throws UsageError where one were more than a number can tell */
export async function addTo(
  space: Space,
  addends: readonly { readonly key: string; readonly by: number }[],
): Promise<readonly number[]> {
  const changes = addends.map(({ key, by }) => ({ do: 'add', key, by, max: undefined }) as const)
  const result = await space.commit({ changes })
  if (result.outcome === 'done') return result.sums
  const given = addends.map(({ by }) => by)[0]
  throw new UsageError(
    `add: ${describe(given)} to what ${space.label} has come to is more than a number can tell; allowed: sums up to ${Number.MAX_VALUE}`,
  )
}

/** @throws UsageError */
export function finite(operation: string, value: number): number {
  if (Number.isFinite(value)) return value
  throw new UsageError(`${operation}: ${describe(value)} cannot be kept; allowed: finite numbers`)
}
