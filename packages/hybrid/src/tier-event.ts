/** What a hybrid says of its tiers: once when one begins to fail, once when it is well again. */
import { type BackendError, messageOf } from '@stowage/core'

export interface TierEvent {
  /** The tier's name. */
  readonly tier: string
  /** `down`: it is left alone, or something that should be gone there is not gone yet. `up`: all of that is over. */
  readonly state: 'down' | 'up'
  /** The latest failure, when it is down. */
  readonly error: BackendError | undefined
}

/** Where nobody asked to be told. */
export function warnOfTier({ tier, state, error }: TierEvent): void {
  const said =
    state === 'up'
      ? 'is well again'
      : `fails and is left out until it is well again: ${error?.message ?? 'it does not answer'}`
  process.emitWarning(`hybrid: tier '${tier}' ${said}`, { code: 'STOWAGE_TIER' })
}

/** A listener cannot hurt whoever tells it. */
export function safely(listener: (event: TierEvent) => void): (event: TierEvent) => void {
  return (event) => {
    try {
      listener(event)
    } catch (thrown) {
      process.emitWarning(`hybrid: onTier threw: ${messageOf(thrown)}`, { code: 'STOWAGE_HYBRID_ON_TIER' })
    }
  }
}
