/**
 * Copies in a near tier: how an entry gets into one, and never over a newer truth.
 *
 * Whoever is about to learn a value (a read of the far tier, a write to it) first takes a fence on the key in the near
 * tier and puts the copy in under it. A deletion, invalidation or newer copy in between voids the fence, so the copy is
 * refused. A copy has the entry's own instants; only its expiry is drawn in by the tier's cap.
 */
import type { Lease, MaybePromise, NewEntry, StoredEntry } from '@stowage/core'
import type { NearTier } from './options.ts'

/** Longer than any single read or write of the far tier: core gives those up earlier (backendTimeout). */
const FENCE_MS = 10_000

/** One trip's fence on a key in one near tier. */
export interface NearFence {
  readonly tier: NearTier
  readonly lease: Lease | undefined
}

export async function fenceAll(tiers: readonly NearTier[], key: string, nowMs: number): Promise<readonly NearFence[]> {
  const fences: NearFence[] = []
  for (const tier of tiers) fences.push({ tier, lease: await tier.backend.lease(key, 'fence', FENCE_MS, nowMs) })
  return fences
}

export async function releaseAll(fences: readonly NearFence[]): Promise<void> {
  for (const { tier, lease } of fences) if (lease !== undefined) await tier.backend.release(lease)
}

/** Puts a copy of the entry in every fenced tier. @returns false when one refused it. */
export async function copyUnder(
  fences: readonly NearFence[],
  key: string,
  entry: NewEntry,
  nowMs: number,
): Promise<boolean> {
  let everywhere = true
  for (const { tier, lease } of fences) {
    const outcome =
      lease === undefined ? 'superseded' : await tier.backend.set(key, capped(entry, tier, nowMs), nowMs, lease)
    if (outcome !== 'stored') everywhere = false
  }
  return everywhere
}

/** Copies an entry read from a farther tier, once core has found it sound. Its failure costs a copy, nothing else. */
export function promote(
  fences: readonly NearFence[],
  key: string,
  found: StoredEntry,
  value: unknown,
  nowMs: number,
): void {
  const { facts, payload } = found
  const encode = () => {
    if (payload.holds === 'bytes') return payload.encoded
    throw new TypeError('a farther tier of values cannot fill a nearer tier of bytes')
  }
  copyUnder(fences, key, { facts, value, encode }, nowMs).catch(leaveUncopied)
}

/** Forgets the copies of a key. */
export async function dropCopies(tiers: readonly NearTier[], key: string, nowMs: number): Promise<boolean> {
  let existed = false
  for (const { backend } of tiers) existed = (await backend.delete(key, nowMs, undefined)) || existed
  return existed
}

/** A near tier that could not take a copy: the next read goes farther, as it did now. */
function leaveUncopied(): void {}

function capped(entry: NewEntry, { maxTtlMs }: NearTier, nowMs: number): NewEntry {
  const expireAtMs = Math.min(entry.facts.expireAtMs, nowMs + maxTtlMs)
  if (expireAtMs === entry.facts.expireAtMs) return entry
  return { facts: { ...entry.facts, expireAtMs }, value: entry.value, encode: () => entry.encode() }
}

/** Runs to the end whatever `first` does, so that a failing far tier leaves no copy behind. */
export async function thenAlways<T>(first: () => MaybePromise<T>, always: () => Promise<unknown>): Promise<T> {
  try {
    return await first()
  } finally {
    await always()
  }
}
