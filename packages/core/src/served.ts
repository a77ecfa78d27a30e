/** What getOrSet came to, and how. */
export interface Served<T> {
  /**
   * `hit`: found fresh. `stale`: found past its ttl, served while it is refreshed behind or in place of a load that failed or
   * overran. `loaded`: by this call's loader. `joined`: by a load that another caller or process had begun.
   */
  readonly outcome: 'hit' | 'stale' | 'loaded' | 'joined'
  readonly value: T
  /** Name of the backend (in a hybrid: the tier) that held it; undefined when it was loaded in this process. */
  readonly tier: string | undefined
  /** Milliseconds since it was stored; 0 when it was loaded in this process. */
  readonly ageMs: number
  /** Milliseconds until it is stale; 0 when it is, or is not stored. */
  readonly ttlLeftMs: number
  /** How long the loader ran; undefined when none did. */
  readonly loadMs: number | undefined
}
