/** One read through the tiers, near to far, with fences on the way so that what is found afar can be copied nearer. */
import type { BackendError, BackendMiss, StoredEntry } from '@stowage/core'
import type { Coherence } from './coherence.ts'
import type { FarTier } from './far-tier.ts'
import { fence, type NearFence, releaseAll, unless } from './near-copy.ts'
import type { HybridPlan, NearTier } from './options.ts'
import { promoting } from './promote.ts'

type Found = StoredEntry | BackendMiss

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
    await read.end()
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
  #miss: BackendMiss | undefined
  #failure: BackendError | undefined

  constructor(coherence: Coherence, key: string, nowMs: number) {
    this.#coherence = coherence
    this.#key = key
    this.#nowMs = nowMs
    this.#epoch = coherence.trust?.epoch ?? 0
  }

  /** What a near tier has and may serve; else undefined, and a fence is in its place. */
  async near(tier: NearTier): Promise<StoredEntry | undefined> {
    const found = await this.#ask(tier.backend)
    if (typeof found === 'object') {
      if (await this.#mayServe()) return this.#promoting(found, tier.backend, () => undefined)
      found.settle({ usable: false })
      await unless(async () => tier.backend.discard(this.#key, found), undefined)
    }
    if (found === undefined) return undefined
    const taken = await fence(tier, this.#key, this.#nowMs)
    if (taken !== undefined) this.#fences.push(taken)
    return undefined
  }

  async far(tier: FarTier): Promise<StoredEntry | undefined> {
    const found = await this.#ask(tier)
    if (typeof found !== 'object') return undefined
    const sighted = { identity: found.identity, facts: found.facts }
    return this.#promoting(found, tier, () => this.#coherence.noteCopy(this.#key, sighted, this.#epoch))
  }

  /** Nothing was found. @throws BackendError when no tier answered */
  async end(): Promise<BackendMiss> {
    await releaseAll(this.#fences)
    if (this.#miss === undefined && this.#failure !== undefined) throw this.#failure
    return this.#miss ?? 'absent'
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

  async #mayServe(): Promise<boolean> {
    const { trust } = this.#coherence
    if (trust === undefined || trust.trusts(this.#key, this.#nowMs)) return true
    return this.#coherence.isConfirmed(this.#key, this.#nowMs)
  }

  #promoting(found: StoredEntry, from: FarTier, onCopied: () => void): StoredEntry {
    return promoting({ key: this.#key, found, from, fences: this.#fences, nowMs: this.#nowMs, onCopied })
  }
}
