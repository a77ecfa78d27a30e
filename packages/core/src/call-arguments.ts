/** What callers hand in, checked before anything is done with it. Options have checks of their own (plan.ts). */
import { describe, messageOf, UsageError } from './errors.ts'
import { type Key, keyName } from './key.ts'
import { isThenable } from './maybe-promise.ts'

/**
 * @throws UsageError for undefined, which means "not there" everywhere, for a promise and what is awaited like one: every caller
 * who awaits it would begin it again, as a query that a builder has not sent yet, and for what nobody can look at.
 */
export function storable(method: string, value: unknown, key: Key): unknown {
  if (isAwaited(method, value, key)) {
    throw new UsageError(`${method}: a promise cannot be stored (key ${describe(keyName(key))}); await it first`)
  }
  if (value !== undefined) return value
  throw new UsageError(`${method}: undefined cannot be stored (key ${describe(keyName(key))}); use delete, or null`)
}

/** @throws UsageError where that cannot be told: a revoked proxy, a `then` that throws when it is read. */
function isAwaited(method: string, value: unknown, key: Key): boolean {
  try {
    return isThenable(value)
  } catch (cause) {
    const what = `${method}: a value that cannot be looked at cannot be stored (key ${describe(keyName(key))})`
    throw new UsageError(`${what}: ${messageOf(cause)}`, { cause })
  }
}

export function requireLoader(method: string, loader: unknown): void {
  if (typeof loader === 'function') return
  throw new UsageError(`${method}: ${describe(loader)} is not a loader; allowed: a function`)
}

/** What counts as nothing counts as 0. @throws UsageError where it is no number, or the sum were no finite one. */
export function added(old: unknown, by: number): number {
  if (old === undefined) return by
  if (typeof old !== 'number') {
    throw new UsageError(
      `increment: what is stored there is no number but ${old === null ? 'null' : `of type ${typeof old}`}`,
    )
  }
  const sum = old + by
  if (Number.isFinite(sum)) return sum
  throw new UsageError(
    `increment: ${describe(by)} to what is stored there is more than a number can tell; allowed: sums up to ${Number.MAX_VALUE}`,
  )
}

export function requireKeys(method: string, keys: readonly Key[]): void {
  if (!Array.isArray(keys))
    throw new UsageError(`${method}: ${describe(keys)} is not allowed; allowed: an array of keys`)
}

/** @throws UsageError when it is no function. */
export function requireChange(change: unknown): void {
  if (typeof change === 'function') return
  throw new UsageError(`update: ${describe(change)} is not allowed; allowed: a function from the old value to the new`)
}

/** @throws UsageError when it cannot be walked over, or holds something else. */
export function requireEntries<Entry>(entries: Iterable<Entry>): readonly Entry[] {
  const isList = typeof entries === 'object' && entries !== null && Symbol.iterator in entries
  const list = isList ? [...entries] : []
  if (isList && list.every((entry) => Array.isArray(entry))) return list
  const wrong: unknown = isList ? list.find((entry) => !Array.isArray(entry)) : entries
  throw new UsageError(`setMany: ${describe(wrong)} is not allowed; allowed: a list of [key, value, options?]`)
}

/** @throws UsageError when it is no finite number. */
export function requireStep(by: unknown): void {
  if (typeof by === 'number' && Number.isFinite(by)) return
  throw new UsageError(`increment: ${describe(by)} is not allowed; allowed: a finite number to add`)
}
