/** Writes and deletions of one key through the tiers: far first, then what is near, then others are told. */
import { BackendError, type Lease, type NewEntry, type WriteOutcome } from '@stowage/core'
import type { Coherence } from './coherence.ts'
import { copyUnder, fencesAtOnce, releaseAll, unless } from './near-copy.ts'
import type { HybridPlan, NearTier } from './options.ts'
import type { TierLeases } from './tier-leases.ts'

export class TierWrites {
  readonly #plan: HybridPlan
  readonly #leases: TierLeases
  readonly #coherence: Coherence

  constructor(plan: HybridPlan, leases: TierLeases, coherence: Coherence) {
    this.#plan = plan
    this.#leases = leases
    this.#coherence = coherence
  }

  async set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<WriteOutcome> {
    const { nearTiers, far } = this.#plan
    const epoch = this.#coherence.trust?.epoch ?? 0
    // At once, and the far write right behind: a write that is held up near must not reach the far tier late.
    const fences = fencesAtOnce(nearTiers, key, nowMs)
    let current: readonly NearTier[] = []
    // Before and after: a load that began earlier must not come in between, nor take the copy of this for an old one.
    if (lease === undefined && entry.facts.expireAtMs > nowMs) this.#leases.voidKey(key)
    try {
      const placement = entry.placement ?? 'all'
      const outcome =
        placement === 'near'
          ? await this.#leases.keepNear(key, entry, nowMs, lease)
          : await this.#leases.write(key, entry, nowMs, lease)
      const isWritten = outcome === 'stored' || outcome === 'only near'
      const isChanged = outcome !== 'elapsed' && outcome !== 'void' && outcome !== 'superseded'
      if (isChanged) this.#leases.voidKey(key)
      if (outcome === 'only near' || (isWritten && placement === 'all'))
        current = await copyUnder(fences, key, entry, nowMs)
      else await releaseAll(fences)
      // What made the lease void here has been done near already.
      if (outcome === 'elapsed' || outcome === 'void') current = nearTiers
      // A load for near tiers may have come too late when what was afar had gone for it.
      if (isChanged || (outcome !== 'elapsed' && placement === 'near')) this.#coherence.tell({ keys: [key] })
      if (isWritten && current.length > 0) this.#coherence.noteCopy(key, undefined, epoch)
      if (outcome === 'only near' && current.length === 0) {
        if (placement === 'near') return 'admission'
        throw far.refusal('set')
      }
      return outcome === 'only near' ? 'stored' : outcome === 'void' ? 'superseded' : outcome
    } catch (error) {
      // A step may have been done afar, though nobody has heard that it was.
      if (entry.needsTruth === true && error instanceof BackendError) this.#coherence.tell({ keys: [key] })
      throw error
    } finally {
      // A copy that could not be put, or a write that failed or was refused: whatever is near is not the latest.
      const others = nearTiers.filter((tier) => !current.includes(tier))
      if (others.length > 0) await this.#coherence.dropCopies(key, nowMs, others)
    }
  }

  /** Where the far tier fails it is done near, and afar as soon as that is possible. */
  async delete(key: string, nowMs: number): Promise<boolean> {
    const { far } = this.#plan
    let existedNear = false
    let existed = false
    // Before and after: what is queued for the far tier is answered while the deletion is on its way.
    this.#leases.voidKey(key)
    try {
      existed = await unless(() => far.delete(key, nowMs, undefined), false)
    } finally {
      this.#leases.voidKey(key)
      existedNear = await this.#coherence.dropCopies(key, nowMs)
      this.#coherence.tell({ keys: [key] })
    }
    return existed || existedNear
  }

  /** Where the far tier fails, not at all. @throws BackendError then */
  async deleteUnder(lease: Lease, nowMs: number): Promise<boolean> {
    const { key } = lease
    let outcome: boolean | 'void' = false
    try {
      outcome = await this.#leases.deleteUnder(lease, nowMs)
    } catch (error) {
      // It may have been done afar, though nobody has heard that it was.
      if (error instanceof BackendError) this.#coherence.tell({ keys: [key] })
      throw error
    } finally {
      if (outcome === true) this.#leases.voidKey(key)
      // What made the lease void here has been done near already.
      if (outcome !== 'void') await this.#coherence.dropCopies(key, nowMs)
      if (outcome === true) this.#coherence.tell({ keys: [key] })
    }
    return outcome === true
  }
}
