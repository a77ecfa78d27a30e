/**
 * Copies in near tiers: how an entry gets into one, and never over a newer truth.
 *
 * Whoever is about to learn a value (a read of a farther tier, a write to it) first takes a fence on the key in the
 * nearer tier and puts the copy in under it. A deletion, invalidation or newer copy in between voids the fence, so the
 * copy is refused. Fences are taken before the farther tier is touched, and near tiers are cleaned from far to near:
 * otherwise a read in between could carry the old value from a middle tier into one that has been cleaned already.
 * A copy has the entry's own instants; only its expiry is drawn in by the tier's cap. A near tier that fails costs a copy, nothing
 * else: what it should have forgotten it keeps to itself (healing-tier.ts).
 */
import { BackendError, CodecError, type EntryFacts, type Lease, type MaybePromise, type NewEntry } from '@stowage/core'
import type { NearTier } from './options.ts'

/** Longer than any single read or write of the far tier: tiers are given up earlier. */
const FENCE_MS = 10_000

/** One trip's fence on a key in one near tier. */
export interface NearFence {
  readonly tier: NearTier
  readonly lease: Lease
}

export async function fence(tier: NearTier, key: string, nowMs: number): Promise<NearFence | undefined> {
  const lease = await unless(async () => tier.backend.lease(key, 'fence', FENCE_MS, nowMs), undefined)
  return lease === undefined ? undefined : { tier, lease }
}

/** Fences of the tiers that answer at once: in one that does not, nothing can be copied in time. */
export function fencesAtOnce(tiers: readonly NearTier[], key: string, nowMs: number): readonly NearFence[] {
  return tiers.flatMap((tier) => {
    const lease = leaseAtOnce(tier, key, nowMs)
    return lease === undefined ? [] : [{ tier, lease }]
  })
}

function leaseAtOnce({ backend }: NearTier, key: string, nowMs: number): Lease | undefined {
  try {
    const lease = backend.lease(key, 'fence', FENCE_MS, nowMs)
    if (!(lease instanceof Promise)) return lease
    lease.catch(leaveUncopied)
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
  }
  return undefined
}

export async function releaseAll(fences: readonly NearFence[]): Promise<void> {
  for (const { tier, lease } of fences) await unless(async () => tier.backend.release(lease), undefined)
}

/**
 * Puts a copy of the entry in every fenced tier. A value that a tier cannot copy, as it keeps copies and not bytes of a codec, costs that
 * copy. @returns the tiers that took it @throws CodecError when the value is for near tiers only and none can copy it
 */
export async function copyUnder(
  fences: readonly NearFence[],
  key: string,
  entry: NewEntry,
  nowMs: number,
): Promise<readonly NearTier[]> {
  const took: NearTier[] = []
  let unfit: CodecError | undefined
  if (!mayBeCopied(entry.facts)) {
    await releaseAll(fences)
    return took
  }
  for (const { tier, lease } of fences) {
    const copy = capped(entry, tier, nowMs)
    if (copy === undefined) {
      await releaseAll([{ tier, lease }])
      continue
    }
    try {
      const outcome = await unless(() => tier.backend.set(key, copy, nowMs, lease), 'fault')
      if (outcome === 'stored') took.push(tier)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      unfit = error
      await releaseAll([{ tier, lease }])
    }
  }
  if (unfit !== undefined && took.length === 0 && entry.placement === 'near') throw unfit
  return took
}

/** Not an entry that every read gives a new life: the life is the far tier's to give. */
function mayBeCopied({ slidingMs }: EntryFacts): boolean {
  return slidingMs === undefined
}

/** Forgets the copies of a key, from far to near. @returns whether there was one */
export async function dropCopies(tiers: readonly NearTier[], key: string, nowMs: number): Promise<boolean> {
  let existed = false
  for (const { backend } of tiers.toReversed()) {
    existed = (await unless(() => backend.delete(key, nowMs, undefined), false)) || existed
  }
  return existed
}

/** What a tier's operation comes to, or `otherwise` where the tier failed: it has been reported, and the trip goes on. */
export async function unless<T, const U>(
  run: () => MaybePromise<T>,
  otherwise: U,
  onFailure: (error: BackendError) => void = () => undefined,
): Promise<T | U> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    onFailure(error)
    return otherwise
  }
}

/** A near tier that could not take or drop a copy: the next read goes farther, or finds what its cap still allows. */
export function leaveUncopied(): void {}

/** Undefined where the copy would end before it begins: a faster clock has written it, or this one was set back. */
function capped(entry: NewEntry, { maxTtlMs }: NearTier, nowMs: number): NewEntry | undefined {
  const capAtMs = nowMs + maxTtlMs
  if (entry.facts.expireAtMs <= capAtMs) return entry
  if (capAtMs <= entry.facts.storedAtMs) return undefined
  const { value, maxBytes } = entry
  return {
    facts: { ...entry.facts, expireAtMs: capAtMs },
    value,
    maxBytes,
    encode: (isForLater) => entry.encode(isForLater),
  }
}
