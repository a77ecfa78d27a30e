/** What callers hand in, checked before anything is done with it. Options have checks of their own (plan.ts). */
import { ConfigError, describe, UsageError } from './errors.ts'
import type { Key } from './key.ts'

/** @throws UsageError for undefined, which means "not there" everywhere. */
export function storable(value: unknown, storageKey: string): unknown {
  if (value !== undefined) return value
  throw new UsageError(`set: undefined cannot be stored (key ${describe(storageKey)}); use delete, or null`)
}

export function requireLoader(method: string, loader: unknown): void {
  if (typeof loader === 'function') return
  throw new UsageError(`${method}: ${describe(loader)} is not a loader; allowed: a function`)
}

/** What counts as nothing counts as 0. */
export function added(old: unknown, by: number): number {
  if (old === undefined) return by
  if (typeof old === 'number') return old + by
  throw new UsageError(
    `increment: what is stored there is no number but ${old === null ? 'null' : `of type ${typeof old}`}`,
  )
}

export function requireKeys(method: string, keys: readonly Key[]): void {
  if (!Array.isArray(keys))
    throw new UsageError(`${method}: ${describe(keys)} is not allowed; allowed: an array of keys`)
}

export function requireOptions<Options extends object>(method: string, options: Options): Options {
  if (typeof options === 'object' && options !== null) return options
  throw new ConfigError(`${method}: ${describe(options)} is not allowed; allowed: an options object`)
}

/** @throws UsageError when it is no function. */
export function requireChange(change: unknown): void {
  if (typeof change === 'function') return
  throw new UsageError(`update: ${describe(change)} is not allowed; allowed: a function from the old value to the new`)
}

/** @throws UsageError when it cannot be walked over. */
export function requireEntries(entries: unknown): void {
  if (typeof entries === 'object' && entries !== null && Symbol.iterator in entries) return
  throw new UsageError(`setMany: ${describe(entries)} is not allowed; allowed: a list of [key, value, options?]`)
}

/** @throws UsageError when it is no finite number. */
export function requireStep(by: unknown): void {
  if (typeof by === 'number' && Number.isFinite(by)) return
  throw new UsageError(`increment: ${describe(by)} is not allowed; allowed: a finite number to add`)
}
