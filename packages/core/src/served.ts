/** The answer of a load trip. */
/** What getOrSet came to, and how. */
export interface Served<T> {
  /** `loaded`: by this call's loader. `joined`: by a load that another caller or process had begun. */
  readonly outcome: 'hit' | 'stale' | 'loaded' | 'joined'
  readonly value: T
  /** Who held it; undefined when it was loaded now. */
  readonly tier: string | undefined
  readonly ageMs: number
  readonly ttlLeftMs: number
  /** How long the loader ran; undefined when none did. */
  readonly loadMs: number | undefined
}
