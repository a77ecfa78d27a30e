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
import { type Miss, readAll, type Servable, UNCONDITIONAL } from './read.ts'
import type { ReadBatch } from './read-batch.ts'
import type { Ttl } from './ttl.ts'
import type { SetResult } from './write.ts'

export type GivenEntry = readonly [key: Key, value: unknown, options?: Ttl | EntryOptions]

/** The values found, in the order of their keys. */
export async function getMany(calls: CallSpace, given: readonly Key[]): Promise<Map<Key, unknown>> {
  // As they are now: whoever asked may change the list meanwhile.
  const keys = [...given]
  const answers = await answersOf(calls, keys)
  const found = new Map<Key, unknown>()
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]
    const value = answers[at]?.value
    if (key !== undefined && value !== undefined) found.set(key, value)
  }
  return found
}

/**
 * All that is kept of a lookup until the last one is there: its entry holds the bytes besides. A miss has no value, nor has a key that
 * a loader said has none.
 */
interface Answer {
  readonly value: unknown
}

/** Of a backend that takes many keys at once it is asked so; of others what is in memory is answered from there. */
async function answersOf(calls: CallSpace, keys: readonly Key[]): Promise<readonly Answer[]> {
  const { core } = calls
  const { reads } = core
  if (reads === undefined) {
    return inSlices<Key, Answer>(keys, (key) => {
      const storageKey = calls.storageKey(key)
      const value = hitFresh(core, storageKey)
      return value === undefined ? mapped(calls.read(storageKey, UNCONDITIONAL), answerOf) : { value }
    })
  }
  core.requireOpen()
  return core.tracked(answersTogether(calls, reads, keys))
}

async function answersTogether(calls: CallSpace, reads: ReadBatch, keys: readonly Key[]): Promise<readonly Answer[]> {
  const storageKeys = await inSlices(keys, (key) => calls.keys.storageKey(key))
  const chunks = Array.from({ length: Math.ceil(keys.length / MAX_READ_TOGETHER) }, (_, at) =>
    storageKeys.slice(at * MAX_READ_TOGETHER, (at + 1) * MAX_READ_TOGETHER),
  )
  const answers = await inSlices(chunks, (chunk) =>
    readAll(calls.core, reads, chunk).then((lookups) => lookups.map(answerOf)),
  )
  return answers.flat()
}

function answerOf(lookup: Servable | Miss): Answer {
  return { value: lookup.outcome === 'miss' ? undefined : lookup.value }
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
