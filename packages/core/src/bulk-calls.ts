/** Calls on many keys: all that is given is checked before anything is done, and the loop turns between slices of them. */
import { MAX_READ_TOGETHER } from './backend.ts'
import { storable } from './call-arguments.ts'
import type { CallSpace } from './call-space.ts'
import { inSlices } from './clock.ts'
import { hitFresh } from './fast-path.ts'
import type { Key } from './key.ts'
import { type BulkLoader, loadMany } from './load-many.ts'
import { mapped } from './maybe-promise.ts'
import type { EntryOptions, LoadOptions } from './options.ts'
import { readValue, readValues } from './read.ts'
import type { ReadBatch } from './read-batch.ts'
import type { Ttl } from './ttl.ts'
import type { SetResult } from './write.ts'

export type GivenEntry = readonly [key: Key, value: unknown, options?: Ttl | EntryOptions]

/** The values found, in the order of their keys. */
export async function getMany(calls: CallSpace, given: readonly Key[]): Promise<Map<Key, unknown>> {
  // As they are now: whoever asked may change the list meanwhile.
  const keys = [...given]
  const values = await valuesOf(calls, keys)
  const found = new Map<Key, unknown>()
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]
    const value = values[at]
    if (key !== undefined && value !== undefined) found.set(key, value)
  }
  return found
}

/** Of a backend that takes many keys at once it is asked so; of others what is in memory is answered from there. */
async function valuesOf(calls: CallSpace, keys: readonly Key[]): Promise<readonly unknown[]> {
  const { core } = calls
  core.requireOpen()
  const { reads } = core
  return core.tracked(reads === undefined ? valuesOneByOne(calls, keys) : valuesTogether(calls, reads, keys))
}

async function valuesOneByOne({ core, keys: space }: CallSpace, keys: readonly Key[]): Promise<readonly unknown[]> {
  return inSlices(keys, (key) => {
    const storageKey = space.storageKey(key)
    const value = hitFresh(core, storageKey)
    return value === undefined ? readValue(core, storageKey) : value
  })
}

async function valuesTogether(calls: CallSpace, reads: ReadBatch, keys: readonly Key[]): Promise<readonly unknown[]> {
  const storageKeys = await inSlices(keys, (key) => calls.keys.storageKey(key))
  const chunks = Array.from({ length: Math.ceil(keys.length / MAX_READ_TOGETHER) }, (_, at) =>
    storageKeys.slice(at * MAX_READ_TOGETHER, (at + 1) * MAX_READ_TOGETHER),
  )
  const values = await inSlices(chunks, (chunk) => readValues(calls.core, reads, chunk))
  return values.flat()
}

export async function setMany(calls: CallSpace, given: readonly GivenEntry[]): Promise<SetResult[]> {
  calls.core.requireOpen()
  const writing = async () => {
    const writes = await inSlices(given, ([key, value, options]) => {
      const storageKey = calls.keys.storageKey(key)
      const stored = storable('setMany', value, key)
      return mapped(calls.entryPlan(options), (plan) => [storageKey, stored, plan] as const)
    })
    return inSlices(writes, async ([storageKey, value, plan]) => calls.write(storageKey, value, plan))
  }
  return calls.core.tracked(writing())
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
