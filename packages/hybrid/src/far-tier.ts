/** What a hybrid needs of the tier that holds everything, written to at once (healing-tier.ts) or behind (write-behind.ts). */
import type { Backend, BackendError, BusChange, Lease, NewEntry, WriteOutcome } from '@stowage/core'
import type { LastIntents } from './last-intents.ts'
import type { Sighted } from './trust.ts'

/** The tier that holds everything, as the hybrid needs it. */
export interface FarTier extends Backend {
  /** What should be gone from it and is not yet. */
  readonly intents: LastIntents
  /** Others have changed this, or may have: what has not come to it yet is not given out before it has. */
  doubt(change: BusChange): void
  /** {@link set}, with the far tier's own answer: for a lease in doubt, and for steps. */
  setAtOnce(key: string, entry: NewEntry, nowMs: number, lease: Lease): Promise<WriteOutcome>
  isStill(key: string, seen: Sighted, nowMs: number): Promise<boolean>
  /** Makes sure that what the key holds now is gone, at once or later. @returns whether it is gone */
  isRidOf(key: string, atMs: number): Promise<boolean>
  /** @throws UsageError after close */
  requireOpen(): void
  /** What to throw where only this tier could have helped. */
  refusal(operation: string): BackendError
}
