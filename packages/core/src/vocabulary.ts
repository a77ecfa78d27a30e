/** The closed words of Stowage. Everything that reports, counts or decides uses these and no others (docs/vocabulary.md). */

/** A result that is there at once or later: a memory hit must not pay for a promise. */
export type MaybePromise<T> = T | Promise<T>

/** How old a stored value is: before `staleAtMs`, before `errorOnlyAtMs`, before `expireAtMs`, or past all three. */
export type Freshness = 'fresh' | 'stale' | 'error-only' | 'gone'

/** Why a lookup found nothing it may serve. */
export type MissReason = 'absent' | 'expired' | 'invalidated' | 'undecodable' | 'changed' | 'fault'

/** The misses a backend can tell apart by itself. `changed` and `fault` are core's to say. */
export type BackendMiss = Extract<MissReason, 'absent' | 'expired' | 'invalidated' | 'undecodable'>

/** Why a write was not stored. A refusal is an answer, not an error. */
export type RefusalReason = 'too-large' | 'superseded' | 'admission' | 'elapsed' | 'unencodable' | 'off' | 'fault'

/** What a backend answers to a write: stored, or the reason it refused. */
export type WriteOutcome = 'stored' | Exclude<RefusalReason, 'fault' | 'unencodable' | 'off'>

/** In which tiers of a backend with tiers an entry is to be: the nearer ones only, the one that holds everything only, or all. */
export type Placement = 'near' | 'far' | 'all'

/** Why an entry left a backend without being asked for by key. */
export type RemovalCause = 'evicted' | 'expired' | 'invalidated' | 'undecodable'
