/** A number that all processes add to; none of them has to try again because another did. */
import { type Backend, describe, requireKnownOptions, UsageError } from '@stowage/core'
import { type CheckOptions, repairIn, type StructureReport } from '../examination.ts'
import { openSpace, type StructureOptions } from '../space.ts'
import { checkCounter } from './number-check.ts'

export interface Counter {
  readonly name: string
  /** @returns what it came to */
  add(by?: number): Promise<number>
  get(): Promise<number>
  set(value: number): Promise<void>
  check(options?: CheckOptions): Promise<StructureReport>
}

const RECORD = 'n'

/** @throws ConfigError for a backend that cannot keep one, a name that is none, or an option out of range */
export function createCounter(backend: Backend, name: string, options: StructureOptions = {}): Counter {
  requireKnownOptions('createCounter', options, ['clock'])
  const space = openSpace('counter', backend, name, options)
  return {
    name,
    async add(by = 1) {
      const { sums } = await space.apply({ do: 'add', key: RECORD, by: finite('add', by), max: undefined })
      return sums[0] ?? Number.NaN
    },
    async get() {
      return Number((await space.get(RECORD))?.value ?? 0)
    },
    async set(value) {
      await space.apply({ do: 'put', key: RECORD, value: String(finite('set', value)), moveCount: 0 })
    },
    check: async (options) => checkCounter(space, repairIn(options)),
  }
}

/** @throws UsageError */
export function finite(operation: string, value: number): number {
  if (Number.isFinite(value)) return value
  throw new UsageError(`${operation}: ${describe(value)} cannot be kept; allowed: finite numbers`)
}
