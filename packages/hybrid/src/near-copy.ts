/**
 * Copies in near tiers: how an entry gets into one, and never over a newer truth.
 *
 * Whoever is about to learn a value (a read of a farther tier, a write to it) first takes a fence on the key in the
 * nearer tier and puts the copy in under it. A deletion, invalidation or newer copy in between voids the fence, so the
 * copy is refused. Fences are taken before the farther tier is touched, and near tiers are cleaned from far to near:
 * otherwise a read in between could carry the old value from a middle tier into one that has been cleaned already.
 * A copy has the entry's own instants; only its expiry is drawn in by the tier's cap.
 */
import type { Backend, EntryFacts, Lease, NewEntry, StoredEntry } from '@stowage/core'
import type { NearTier } from './options.ts'

/** Longer than any single read or write of the far tier: core gives those up earlier (backendTimeout). */
const FENCE_MS = 10_000

/** One trip's fence on a key in one near tier. */
export interface NearFence {
  readonly tier: NearTier
  readonly lease: Lease
}

export async function fence(tier: NearTier, key: string, nowMs: number): Promise<NearFence | undefined> {
  const lease = await tier.backend.lease(key, 'fence', FENCE_MS, nowMs)
  return lease === undefined ? undefined : { tier, lease }
}

/** Fences of the tiers that answer at once; undefined where one does not: then nothing can be copied in time. */
export function fencesAtOnce(tiers: readonly NearTier[], key: string, nowMs: number): readonly NearFence[] | undefined {
  const fences: NearFence[] = []
  for (const tier of tiers) {
    const lease = tier.backend.lease(key, 'fence', FENCE_MS, nowMs)
    if (lease === undefined || lease instanceof Promise) {
      if (lease instanceof Promise) lease.catch(leaveUncopied)
      return undefined
    }
    fences.push({ tier, lease })
  }
  return fences
}

export async function releaseAll(fences: readonly NearFence[]): Promise<void> {
  for (const { tier, lease } of fences) await tier.backend.release(lease)
}

/** Puts a copy of the entry in every fenced tier. @returns false when one refused it. */
export async function copyUnder(
  fences: readonly NearFence[],
  key: string,
  entry: NewEntry,
  nowMs: number,
): Promise<boolean> {
  if (!mayBeCopied(entry.facts)) {
    await releaseAll(fences)
    return false
  }
  let everywhere = true
  for (const { tier, lease } of fences) {
    const outcome = await tier.backend.set(key, capped(entry, tier, nowMs), nowMs, lease)
    if (outcome !== 'stored') everywhere = false
  }
  return everywhere
}

/** Which tier's entry was seen: marks of different tiers may look alike. */
export class TierMark {
  readonly tier: Backend
  readonly seen: StoredEntry

  constructor(tier: Backend, seen: StoredEntry) {
    this.tier = tier
    this.seen = seen
  }
}

/** What a read found in a tier, and under which fences it may be copied nearer. */
export interface Promotion {
  readonly key: string
  readonly found: StoredEntry
  readonly from: Backend
  readonly fences: readonly NearFence[]
  readonly nowMs: number
}

/** The found entry, copied nearer once core has found it usable. Failing at that costs a copy, nothing else. */
export function promoting({ key, found, from, fences, nowMs }: Promotion): StoredEntry {
  const { facts, payload, tier } = found
  const encode = () => {
    if (payload.holds === 'bytes') return payload.encoded
    throw new TypeError('a farther tier of values cannot fill a nearer tier of bytes')
  }
  return {
    facts,
    payload,
    tier,
    identity: new TierMark(from, found),
    settle(verdict) {
      found.settle(verdict)
      if (fences.length === 0) return
      const done =
        verdict.usable && mayBeCopied(facts)
          ? copyUnder(fences, key, { facts, value: verdict.value, maxBytes: Number.POSITIVE_INFINITY, encode }, nowMs)
          : releaseAll(fences)
      done.catch(leaveUncopied)
    },
  }
}

/** Not an entry that every read gives a new life: the life is the far tier's to give. */
function mayBeCopied({ slidingMs }: EntryFacts): boolean {
  return slidingMs === undefined
}

/** Forgets the copies of a key, from far to near. @returns whether there was one */
export async function dropCopies(tiers: readonly NearTier[], key: string, nowMs: number): Promise<boolean> {
  let existed = false
  for (const { backend } of tiers.toReversed()) existed = (await backend.delete(key, nowMs, undefined)) || existed
  return existed
}

/** A near tier that could not take or drop a copy: the next read goes farther, or finds what its cap still allows. */
export function leaveUncopied(): void {}

function capped(entry: NewEntry, { maxTtlMs }: NearTier, nowMs: number): NewEntry {
  // A clock that went back must not put the end of a copy before its beginning.
  const capAtMs = Math.max(nowMs, entry.facts.storedAtMs) + maxTtlMs
  if (entry.facts.expireAtMs <= capAtMs) return entry
  const { value, maxBytes } = entry
  return { facts: { ...entry.facts, expireAtMs: capAtMs }, value, maxBytes, encode: () => entry.encode() }
}
