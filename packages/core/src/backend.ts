/**
 * The seam: what a backend is. docs/contract.md numbers its clauses (B1, B2, ...); the conformance kit of
 * `@stowage/core/testing` has a case for each, and passing it is what makes an object a backend.
 *
 * A backend stores entries, obeys bounds and `expireAtMs`, knows tags and hands out leases. It never decides freshness,
 * never swallows a failure, never logs and reads no clock: every trip brings its `nowMs`. Operations may answer at once
 * or by a promise. Keys and tags arrive as storage text (key.ts) and are opaque.
 */
import type { EncodedBody } from './codec/codec.ts'
import type { Spaces } from './spaces.ts'
import type { EntryTimes } from './ttl.ts'
import type { BackendMiss, MaybePromise, Placement, RemovalCause, WriteOutcome } from './vocabulary.ts'

/** What a backend can do; declared, never sniffed. */
export interface BackendCapabilities {
  /** `values`: keeps the value itself. `bytes`: keeps what {@link NewEntry.encode} gives. `mixed`: tiers of both. */
  readonly holds: 'values' | 'bytes' | 'mixed'
  /** Entries survive close and reopening. */
  readonly persistent: boolean
  /** Several processes may use the same store at once and see each other's writes. */
  readonly shared: boolean
}

/** A value as bytes, or as text where a codec gives text: backends that can keep text save a conversion. */
export interface Encoded extends EncodedBody {
  /** CRC-32 over key, tags, guards, codec and body (checksum.ts): compared on every read, by core unless the backend has. */
  readonly checksum: number
}

/** What is kept beside every value. */
export interface EntryFacts extends EntryTimes {
  /** Storage texts of the tags, without duplicates. */
  readonly tags: readonly string[]
  /** The cache's data version at the time of writing. */
  readonly version: string | undefined
  /** What the value was derived from, as the caller says it. */
  readonly fingerprint: string | undefined
  /** The ttl that every read gives anew; undefined: life runs out whether it is read or not. */
  readonly slidingMs: number | undefined
}

/** An entry on its way in. */
export interface NewEntry {
  readonly facts: EntryFacts
  readonly value: unknown
  /** An entry larger than this, as the backend measures entries, is refused: `too-large`. Infinity: its own limit only. */
  readonly maxBytes: number
  /** Where a backend with tiers is to keep it; others need not look. Default `'all'`. */
  readonly placement?: Placement
  /**
   * It is made of what the truth held, under the lease that comes with it, and counts only there: a backend with tiers stores it in its
   * truth before it answers, or throws; others need not look. Default false.
   */
  readonly needsTruth?: boolean
  /**
   * The value as bytes; encoded at the first call and kept. Backends that hold values never call it.
   * @param isForLater they are stored when `set` has returned: a copy, where they may be the caller's own, which may change them by then
   * @throws CodecError
   */
  encode(isForLater?: boolean): Encoded
}

/** The value of an entry as the backend holds it. */
export type Payload =
  | { readonly holds: 'value'; readonly value: unknown }
  | {
      readonly holds: 'bytes'
      readonly encoded: Encoded
      /** The backend has compared the checksum with these very bytes, for this key, in this trip. */
      readonly isCompared?: true
    }

/** An entry on its way out. */
export interface StoredEntry {
  readonly facts: EntryFacts
  readonly payload: Payload
  /** Name of the backend (in a hybrid: the tier) that held it. */
  readonly tier: string
  /** Backend's own mark of this very write, for {@link Backend.discard}. Opaque to everyone else. */
  readonly identity: unknown
  /** Told once by core whether the entry is sound and usable: a hybrid then copies it nearer. Must not throw. */
  settle(verdict: Verdict): void
}

/** What core found an entry to be: usable, with its decoded value, or not. */
export type Verdict = { readonly usable: true; readonly value: unknown } | { readonly usable: false }

/** `fence`: any number per key, each voided by a newer write. `exclusive`: at most one live per key. */
export type LeaseMode = 'fence' | 'exclusive'

/** Right to write a key as of the moment it was taken. Handed back as the same object that was given. */
export interface Lease {
  readonly key: string
  /** Random: nobody can release or use a lease it was not given. */
  readonly token: string
}

/** What an invalidation covers. Hard: nothing it covers is ever served again. */
export type InvalidationTarget =
  | { readonly tags: readonly string[] }
  | { readonly prefix: string }
  /** Text keys directly under the namespace `root`; read it by `keyCoverOf` (target-cover.ts). */
  | { readonly pattern: string; readonly root: string }
  | { readonly all: true }

/** One entry as a listing shows it, without its value. */
export interface ScannedEntry {
  readonly key: string
  readonly facts: EntryFacts
  readonly sizeBytes: number
}

/** Which entries a listing asks for; all given conditions hold. */
export interface ScanQuery {
  readonly prefix: string
  readonly tag: string | undefined
  /** `recent`: what was used last comes first, about, where the backend can tell; others list in any order. */
  readonly order?: ListOrder
}

export type ListOrder = 'any' | 'recent'

/** What a backend holds and may hold. `undefined`: not limited in that unit. */
export interface Usage {
  readonly entryCount: number
  readonly sizeBytes: number
  readonly maxEntries: number | undefined
  readonly maxBytes: number | undefined
}

/** What share of its lookups a cache would answer at another size. */
export interface MissRatioPoint {
  /** Size as a multiple of the cache's own. */
  readonly scale: number
  readonly maxEntries: number | undefined
  readonly maxBytes: number | undefined
  /** 0 to 1. */
  readonly hitRatio: number
}

/** What a sweep reclaimed, by cause. `done` is false when bounded work left something for the next call. */
export interface SweepReport {
  readonly expired: number
  readonly invalidated: number
  readonly done: boolean
}

/** What a check looked at and found, in one step of it or in all. */
export interface CheckReport {
  /** Sound entries, live or not yet reclaimed, and their bytes. */
  readonly entries: number
  readonly bytes: number
  /** Entries whose bytes are not what was written. */
  readonly torn: number
  /** Figures the backend keeps that do not agree with what is there. */
  readonly wrong: number
  /** What is stored and belongs to no entry. */
  readonly orphans: number
  /** How much of the torn, wrong and orphaned has been taken out or put right. */
  readonly repaired: number
}

/** Hears of entries that left without being asked for by key. Must not throw. */
export type RemovalListener = (key: string, cause: RemovalCause) => void

/** Keys that a backend is asked for in one go: what it answers is decoded in one turn of the event loop. */
export const MAX_READ_TOGETHER = 512
/** Entries that a backend is given in one go: it carries them out while the next are encoded. */
export const MAX_WRITE_TOGETHER = 128

/** One of many entries to store. */
export interface GivenWrite {
  readonly key: string
  readonly entry: NewEntry
}

export interface Backend {
  readonly name: string
  /** Name of the tier {@link getSync} answers from; without tiers, the backend's own. */
  readonly syncTier: string
  readonly capabilities: BackendCapabilities
  /** Where the truth is: the backend itself, or the tier of it that holds everything. What is read to be changed is read there. */
  readonly truth: Backend
  /** Backends that keep records that are never evicted, beside the cache (spaces.ts). */
  readonly spaces?: Spaces | undefined

  /**
   * The named fast path: the value of a fresh, trusted entry that is plain (freshness.ts) when it is in this process's
   * memory, else undefined, which says nothing. `use` counts for recency, `ignore` leaves no trace. Not asked of backends of bytes.
   */
  getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown
  get(key: string, nowMs: number): MaybePromise<StoredEntry | BackendMiss>
  /**
   * Backends to which many at once cost less than each by itself: what {@link get} would answer for each key, in their order; undefined
   * where that takes more, and `get` is to be asked. At most {@link MAX_READ_TOGETHER} keys. Fails as a whole.
   */
  readonly getMany?:
    | ((keys: readonly string[], nowMs: number) => MaybePromise<readonly (StoredEntry | BackendMiss | undefined)[]>)
    | undefined
  /** Stores the entry and voids the key's other leases. With a lease: only if it still holds, in the same atomic step. */
  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): MaybePromise<WriteOutcome>
  /**
   * Backends to which many at once cost less than each by itself: what {@link set} without a lease would do for each, in their order, and
   * would answer; an error for one that failed alone. All have been encoded. At most {@link MAX_WRITE_TOGETHER} entries.
   */
  readonly setMany?:
    | ((writes: readonly GivenWrite[], nowMs: number) => MaybePromise<readonly (WriteOutcome | Error)[]>)
    | undefined
  /**
   * Removes the key and voids its leases. True when a live entry was there. With a lease: only if it still holds, in the
   * same atomic step.
   */
  delete(key: string, nowMs: number, lease: Lease | undefined): MaybePromise<boolean>
  /**
   * Gives the entry `seen` other instants, if it is still there with the instants it had then: what another call has made
   * of its life meanwhile is not undone. True when it was; then `void` ends the leases of the key in the same atomic step.
   * `seen` was read from {@link truth}, or is a sliding entry as {@link get} gave it.
   */
  touch(
    key: string,
    seen: StoredEntry,
    times: EntryTimes,
    nowMs: number,
    leases: 'keep' | 'void',
  ): MaybePromise<boolean>
  /**
   * Backends that can tell without handing out the value: whether the key holds exactly this entry still, live and with
   * these instants. Leaves no trace.
   */
  isStill?(key: string, seen: Pick<StoredEntry, 'identity' | 'facts'>, nowMs: number): MaybePromise<boolean>
  /** Removes the key only if it still holds exactly the entry `seen`: a fault never costs a newer value. */
  discard(key: string, seen: StoredEntry): MaybePromise<void>
  /**
   * Voids leases too: no load that began before it can store what it covers.
   * @param onProgress called now and then by what has to walk over many entries: it may take as long as it goes on
   */
  invalidate(target: InvalidationTarget, nowMs: number, onProgress?: () => void): MaybePromise<void>

  /**
   * Undefined when somebody else holds the key exclusively (lease-life.ts); whoever is given it so is the only one from then on.
   * Captures the tag versions for the later write.
   */
  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): MaybePromise<Lease | undefined>
  /** Prolongs a lease under which an entry with these tags could still be written; false when it could not. */
  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): MaybePromise<boolean>
  /** Gives a lease back. Harmless when it no longer holds. */
  release(lease: Lease): MaybePromise<void>

  /** Live entries, each once; entries written meanwhile may or may not be among them. */
  scan(query: ScanQuery, nowMs: number): AsyncIterable<ScannedEntry>
  usage(nowMs: number): MaybePromise<Usage>
  /** Backends that measure it: what other sizes would bring, smallest first. Undefined where that was not asked for. */
  missRatioCurve?(): readonly MissRatioPoint[] | undefined
  /** Reclaims a bounded amount of what is expired or invalidated. */
  sweep(nowMs: number): MaybePromise<SweepReport>
  /** Looks at everything that is stored, in bounded steps whose counts add up; leaves no trace but repairs. */
  check(repair: boolean, nowMs: number): AsyncIterable<CheckReport>
  onRemoval(listener: RemovalListener): () => void
  /** Writes down what is pending and lets go of everything. Idempotent; other operations fail afterwards. */
  close(): MaybePromise<void>
}
