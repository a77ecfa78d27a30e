/** Calls on many keys: all that is given is checked before anything is done, and the loop turns between slices of them. */
import { storable } from './call-arguments.ts'
import type { CallSpace } from './call-space.ts'
import { inSlices } from './clock.ts'
import { hitFresh } from './fast-path.ts'
import type { Key } from './key.ts'
import { type BulkLoader, loadMany } from './load-many.ts'
import type { EntryOptions, LoadOptions } from './options.ts'
import { UNCONDITIONAL } from './read.ts'
import type { Ttl } from './ttl.ts'
import type { SetResult } from './write.ts'

export type GivenEntry = readonly [key: Key, value: unknown, options?: Ttl | EntryOptions]

/** The values found, in the order of their keys: what memory has from there, all else asked for together. */
export async function getMany(calls: CallSpace, keys: readonly Key[]): Promise<Map<Key, unknown>> {
  const lookups = await inSlices(keys, (key) => {
    const storageKey = calls.storageKey(key)
    const held = hitFresh(calls.core, storageKey)
    return held === undefined ? calls.read(storageKey, UNCONDITIONAL) : { outcome: 'hit' as const, value: held }
  })
  const found = new Map<Key, unknown>()
  for (let at = 0; at < keys.length; at++) {
    const lookup = lookups[at]
    const key = keys[at]
    if (key !== undefined && lookup !== undefined && lookup.outcome !== 'miss') found.set(key, lookup.value)
  }
  return found
}

export async function setMany(calls: CallSpace, given: readonly GivenEntry[]): Promise<SetResult[]> {
  calls.core.requireOpen()
  const checking = Promise.all(
    given.map(async ([key, value, options]) => {
      const storageKey = calls.storageKey(key)
      return [storageKey, storable('setMany', value, key), await calls.entryPlan(options)] as const
    }),
  )
  const writing = checking.then((writes) =>
    inSlices(writes, async ([storageKey, value, plan]) => calls.write(storageKey, value, plan)),
  )
  return calls.core.tracked(writing)
}

export async function getOrSetMany<K extends Key>(
  calls: CallSpace,
  keys: readonly K[],
  loader: BulkLoader<K, unknown>,
  options: Ttl | LoadOptions | undefined,
): Promise<Map<K, unknown>> {
  const { core, keys: keySpace } = calls
  core.requireOpen()
  const loading = async () => loadMany(core, { keys, keySpace, loader, plan: await calls.loadPlan(options) })
  return core.tracked(loading())
}
