/**
 * Carrying out what failed on a tier before: an invalidation as it is, a key only where nothing newer has come. A near tier spares
 * nothing: what is put there after an intent has waited for it, and what seems newer was written by a faster clock.
 */
import type { Backend, MaybePromise } from '@stowage/core'
import type { Intent, KeyIntent } from './last-intents.ts'

/** Longer than the few trips of carrying out one intent. */
const FENCE_MS = 10_000

/** Does one operation of the tier, or throws where it fails. */
type Ask = <T>(operation: string, run: (onProgress: () => void) => MaybePromise<T>) => MaybePromise<T>

/** What failed, the instant it is tried again, and whether the tier is the one that others write to. */
interface Retrial {
  readonly intent: Intent
  readonly nowMs: number
  readonly isFar: boolean
}

export async function replay(backend: Backend, ask: Ask, { intent, nowMs, isFar }: Retrial): Promise<void> {
  if (!('key' in intent)) {
    await ask('invalidate', (onProgress) => backend.invalidate(intent.target, nowMs, onProgress))
    return
  }
  const { key } = intent
  const lease = await ask('lease', () => backend.lease(key, 'fence', FENCE_MS, nowMs))
  if (lease === undefined) throw new Error(`${backend.name} has no room for a further lease`)
  // Where nothing is, too: others' leases on the key are void. Not when somebody wrote in between: that is newer.
  if (isFar && (await isNewer(backend, ask, intent, nowMs))) await ask('release', () => backend.release(lease))
  else await ask('delete', () => backend.delete(key, nowMs, lease))
}

async function isNewer(backend: Backend, ask: Ask, { key, atMs }: KeyIntent, nowMs: number): Promise<boolean> {
  const found = await ask('get', () => backend.get(key, nowMs))
  if (typeof found !== 'object') return false
  found.settle({ usable: false })
  return found.facts.storedAtMs > atMs
}
