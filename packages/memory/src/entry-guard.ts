/** What must be compared or prolonged before an entry may be served; most entries of a cache share one or have none. */
import { type EntryFacts, isPlainFacts, ownText } from '@stowage/core'

export type EntryGuard = Pick<EntryFacts, 'version' | 'fingerprint' | 'slidingMs'>

export const NO_GUARD: EntryGuard = { version: undefined, fingerprint: undefined, slidingMs: undefined }

/** Hands out one object for equal guards that follow each other: a cache's data version is the same in all its entries. */
export class GuardRoom {
  private latest = NO_GUARD

  /** Undefined where nothing but freshness decides. */
  guardOf(facts: EntryFacts): EntryGuard | undefined {
    if (isPlainFacts(facts)) return undefined
    const { version, fingerprint, slidingMs } = facts
    const { version: heldVersion, fingerprint: heldFingerprint, slidingMs: heldSlidingMs } = this.latest
    if (version !== heldVersion || fingerprint !== heldFingerprint || slidingMs !== heldSlidingMs) {
      this.latest = { version, fingerprint: fingerprint === undefined ? undefined : ownText(fingerprint), slidingMs }
    }
    return this.latest
  }
}
