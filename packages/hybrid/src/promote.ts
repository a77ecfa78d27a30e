/** Promotion: what was found in a far tier becomes a copy in the nearer ones, once core has found it usable. */
import { type Backend, CodecError, type NewEntry, type StoredEntry } from '@stowage/core'
import { copyUnder, leaveUncopied, type NearFence, releaseAll } from './near-copy.ts'
import type { NearTier } from './options.ts'

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
  /** Told which nearer tiers have taken a copy, where any has. */
  readonly onCopied: (took: readonly NearTier[]) => void
}

/** The found entry, copied nearer once core has found it usable. Failing at that costs a copy, nothing else. */
export function promoting({ key, found, from, fences, nowMs, onCopied }: Promotion): StoredEntry {
  const { facts, payload, tier } = found
  const copying = async (value: unknown) => {
    const took = await copyUnder(fences, key, entryOf(found, value), nowMs)
    if (took.length > 0) onCopied(took)
  }
  return {
    facts,
    payload,
    tier,
    identity: new TierMark(from, found),
    settle(verdict) {
      found.settle(verdict)
      if (fences.length === 0) return
      const done = verdict.usable ? copying(verdict.value) : releaseAll(fences)
      done.catch(leaveUncopied)
    },
  }
}

function entryOf({ facts, payload }: StoredEntry, value: unknown): NewEntry {
  return {
    facts,
    value,
    maxBytes: Number.POSITIVE_INFINITY,
    encode() {
      if (payload.holds === 'bytes') return payload.encoded
      // No fault of the nearer tier's: what the value's codec is, only the cache knows.
      const cause = new TypeError('a farther tier of values cannot fill a nearer tier of bytes')
      throw new CodecError({ direction: 'encode', codec: 'copy of a value', cause })
    },
  }
}
