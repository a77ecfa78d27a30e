/** Calls on many keys: all that is given is checked before anything is done, and the loop turns between slices of them. */
import { storable } from './call-arguments.ts'
import type { CallSpace } from './call-space.ts'
import { inSlices } from './clock.ts'
import type { Key } from './key.ts'
import { type BulkLoader, loadMany } from './load-many.ts'
import type { EntryOptions, LoadOptions } from './options.ts'
import type { Ttl } from './ttl.ts'
import type { SetResult } from './write.ts'

export type GivenEntry = readonly [key: Key, value: unknown, options?: Ttl | EntryOptions]

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
