/** One read through the tiers, near to far, with fences on the way so that what is found afar can be copied nearer. */
import type { BackendError, BackendMiss, StoredEntry } from '@stowage/core'
import type { Coherence } from './coherence.ts'
import type { FarTier } from './far-tier.ts'
import { fence, type NearFence, releaseAll, unless } from './near-copy.ts'
import type { HybridPlan, NearTier } from './options.ts'
import { type Promotion, promoting } from './promote.ts'

type Found = StoredEntry | BackendMiss

interface StaleCopy {
  readonly found: StoredEntry
  readonly from: FarTier
  /** How many of the fences are in tiers nearer than its own. */
  readonly nearerCount: number
}

/** @throws BackendError when no tier answers */
export async function readTiers(
  { nearTiers, far }: HybridPlan,
  coherence: Coherence,
  key: string,
  nowMs: number,
): Promise<Found> {
  const read = new TierRead(coherence, key, nowMs)
  try {
    for (const tier of nearTiers) {
      const found = await read.near(tier)
      if (found !== undefined) return found
    }
    const found = await read.far(far)
    if (found !== undefined) return found
  } catch (thrown) {
    await read.giveUp()
    throw thrown
  }
  return read.end()
}

class TierRead {
  readonly #coherence: Coherence
  readonly #key: string
  readonly #nowMs: number
  readonly #epoch: number
  readonly #fences: NearFence[] = []
  /** The farthest near copy that may be served and is past its freshness: others may have renewed the entry since. */
  #stale: StaleCopy | undefined
  #miss: BackendMiss | undefined
  #failure: BackendError | undefined

  constructor(coherence: Coherence, key: string, nowMs: number) {
    this.#coherence = coherence
    this.#key = key
    this.#nowMs = nowMs
    this.#epoch = coherence.trust?.epoch ?? 0
  }

  /** What a near tier has, may serve and is fresh; else undefined, and a fence is in its place. */
  async near(tier: NearTier): Promise<StoredEntry | undefined> {
    // As of before the look: what is known afterwards may be of another copy, which has come meanwhile.
    const isTrusted = this.#coherence.trust?.trusts(this.#key, this.#nowMs) ?? true
    const original = isTrusted ? undefined : this.#coherence.trust?.originalOf(this.#key)
    const found = await this.#ask(tier.backend)
    if (typeof found === 'object') {
      if (!isTrusted && !(await this.#coherence.isConfirmed(this.#key, original, this.#nowMs))) {
        found.settle({ usable: false })
        await unless(async () => tier.backend.discard(this.#key, found), undefined)
      } else if (this.#nowMs < found.facts.staleAtMs) {
        this.#passOver()
        return this.#promoting(found, tier.backend, this.#fences, () => undefined)
      } else {
        this.#passOver()
        this.#stale = { found, from: tier.backend, nearerCount: this.#fences.length }
      }
    }
    if (found === undefined) return undefined
    const taken = await fence(tier, this.#key, this.#nowMs)
    if (taken !== undefined) this.#fences.push(taken)
    return undefined
  }

  async far(tier: FarTier): Promise<StoredEntry | undefined> {
    const found = await this.#ask(tier)
    if (typeof found !== 'object') return undefined
    this.#passOver()
    const sighted = { identity: found.identity, facts: found.facts }
    return this.#promoting(found, tier, this.#fences, (took) =>
      this.#coherence.noteCopies(took, this.#key, sighted, this.#epoch),
    )
  }

  /** Nothing fresh was found nearer, and nothing afar. @throws BackendError when no tier answered */
  async end(): Promise<Found> {
    const stale = this.#stale
    await releaseAll(this.#fences.slice(stale?.nearerCount ?? 0))
    if (stale !== undefined) {
      return this.#promoting(stale.found, stale.from, this.#fences.slice(0, stale.nearerCount), () => undefined)
    }
    if (this.#miss === undefined && this.#failure !== undefined) throw this.#failure
    return this.#miss ?? 'absent'
  }

  async giveUp(): Promise<void> {
    this.#passOver()
    await releaseAll(this.#fences)
  }

  async #ask(tier: FarTier): Promise<Found | undefined> {
    const found = await unless(
      async () => tier.get(this.#key, this.#nowMs),
      undefined,
      (error) => {
        this.#failure = error
      },
    )
    if (typeof found === 'string' && (this.#miss === undefined || this.#miss === 'absent')) this.#miss = found
    return found
  }

  /** A farther tier has what counts. */
  #passOver(): void {
    this.#stale?.found.settle({ usable: false })
    this.#stale = undefined
  }

  #promoting(
    found: StoredEntry,
    from: FarTier,
    fences: readonly NearFence[],
    onCopied: Promotion['onCopied'],
  ): StoredEntry {
    return promoting({ key: this.#key, found, from, fences, nowMs: this.#nowMs, onCopied })
  }
}
