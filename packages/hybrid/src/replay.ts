/** Carrying out what failed on a tier before: an invalidation as it is, a key only where nothing newer has come. */
import type { Backend, MaybePromise } from '@stowage/core'
import type { Intent, KeyIntent } from './last-intents.ts'

/** Longer than the few trips of carrying out one intent. */
const FENCE_MS = 10_000

/** Does one operation of the tier, or throws where it fails. */
type Ask = <T>(operation: string, run: () => MaybePromise<T>) => MaybePromise<T>

export async function replay(backend: Backend, ask: Ask, intent: Intent, nowMs: number): Promise<void> {
  if ('key' in intent) await deleteIfOlder(backend, ask, intent, nowMs)
  else await ask('invalidate', () => backend.invalidate(intent.target, nowMs))
}

async function deleteIfOlder(backend: Backend, ask: Ask, { key, atMs }: KeyIntent, nowMs: number): Promise<void> {
  const lease = await ask('lease', () => backend.lease(key, 'fence', FENCE_MS, nowMs))
  if (lease === undefined) throw new Error(`${backend.name} has no room for a further lease`)
  const found = await ask('get', () => backend.get(key, nowMs))
  const isNewer = typeof found === 'object' && found.facts.storedAtMs > atMs
  if (typeof found === 'object') found.settle({ usable: false })
  // Where nothing is, too: others' leases on the key are void. Not when somebody wrote in between: that is newer.
  if (isNewer) await ask('release', () => backend.release(lease))
  else await ask('delete', () => backend.delete(key, nowMs, lease))
}
