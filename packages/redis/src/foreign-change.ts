/** What a watch tells of: that others have changed something, as exactly as is known. Names only, never values. */
import type { BusGap, InvalidationTarget } from '@stowage/core'

/** Mostly by others: other processes, or other caches of this one. */
export interface ForeignChange {
  /** Whose entries may be different. `any`: that is not known, since something may have been missed. */
  readonly keys: readonly string[] | 'any'
  /** What has been invalidated. `any`: that is not known. */
  readonly targets: readonly InvalidationTarget[] | 'any'
  /** Where something may have been missed: whether from now on, or until now. */
  readonly gap?: BusGap
}

/** Must not throw. */
export type ChangeListener = (change: ForeignChange) => void

/** Something may have been missed: nothing that was known before can be relied on. */
export const GAPS: Readonly<Record<BusGap, ForeignChange>> = {
  open: { keys: 'any', targets: 'any', gap: 'open' },
  over: { keys: 'any', targets: 'any', gap: 'over' },
}

/** A backend whose changes by others can be heard of. */
export interface ChangeSource {
  /**
   * Calls `listener` when the cache has been changed since this call. That it was this very backend is not always told apart: who keeps
   * copies compares the identity of the entry. Where something may have been missed (a connection was lost, the server was
   * emptied), it is told so: `any`, with a `gap` that opens and is over; until the first is over, nothing is told by name. It
   * ends with `close`.
   * @returns how to stop it. @throws UsageError when the backend is closed, ConfigError while another with the same client is watched
   */
  watch(listener: ChangeListener): () => void
}
