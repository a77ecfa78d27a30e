/**
 * The second, optional seam of a backend: spaces, each a named, ordered set of small records that are never evicted and never
 * expire, beside the cache and apart from its keys, limits, invalidations and clearing. `@stowage/structures` builds queues,
 * indexes and locks on it; docs/contract.md numbers its clauses (S1, S2, ...).
 *
 * Everything changes by {@link Spaces.commit}: all or nothing, on condition that the records it was worked out from are still
 * the ones that were read. What many would do at once to the same record (take the next job, add to a number) is said as such,
 * and needs no condition: nobody has to try again because somebody else was there.
 */
import { UsageError } from './errors.ts'
import type { MaybePromise } from './vocabulary.ts'

export type SpaceValue = string | Uint8Array

export interface SpaceRecord {
  /** Not empty. */
  readonly key: string
  readonly value: SpaceValue
  /** The commit that wrote it last. Each commit of a space has a higher number than all before, whoever made it, also after a restart. */
  readonly version: number
  /** How often it has been moved by a change that counts. */
  readonly moveCount: number
}

/** From `from` on and before `to`, as UTF-8 bytes compare, which is the order of code points. No `to`: to the end. */
export interface SpaceRange {
  readonly from: string
  readonly to: string | undefined
}

export interface SpaceScan extends SpaceRange {
  readonly limit: number
  /** From the end. */
  readonly isReversed: boolean
}

export type SpaceChange =
  | { readonly do: 'put'; readonly key: string; readonly value: SpaceValue; readonly moveCount: number }
  /** Puts it under `prefix` and the stamp of the commit: in the order of commits, and of changes within one. */
  | { readonly do: 'append'; readonly prefix: string; readonly value: SpaceValue }
  | { readonly do: 'delete'; readonly key: string }
  /**
   * To a number written as text; one that is not there is 0. Beyond `max`, or what is finite, the commit is not made: `over`. Nor is it
   * where what is there is no number, which is told as an error.
   */
  | { readonly do: 'add'; readonly key: string; readonly by: number; readonly max: number | undefined }
  /** The first `limit` records of the range get other keys: without their first `cut` characters, with `into` before the rest. */
  | {
      readonly do: 'move'
      readonly range: SpaceRange
      readonly limit: number
      /**
       * From this place on they are only taken ahead of need: none behind one of the first that has been moved by a change that
       * counts before, and otherwise none from such a one on. Undefined: all are needed.
       */
      readonly aheadFrom: number | undefined
      /** Keys of moved records, and `into`, are ASCII. */
      readonly cut: number
      readonly into: string
      readonly isCounted: boolean
    }

export interface SpaceCommit {
  /** The versions that must still be there; 0: nothing is. */
  readonly expect: readonly { readonly key: string; readonly version: number }[]
  /** Carried out in this order. At most {@link MAX_COMMIT_CHANGES}. */
  readonly changes: readonly SpaceChange[]
  /** Whether those who watch the space are to hear of it. */
  readonly isTold: boolean
}

export type CommitResult =
  | {
      readonly outcome: 'done'
      readonly version: number
      /** What each `move` moved, as it is now. */
      readonly moved: readonly (readonly SpaceRecord[])[]
      /** What each `add` came to. */
      readonly sums: readonly number[]
    }
  /** With what is there, in the order of what was expected. */
  | { readonly outcome: 'conflict'; readonly found: readonly (SpaceRecord | undefined)[] }
  | { readonly outcome: 'over' }

export interface Spaces {
  /** In the order of the keys. All as of one moment. */
  get(space: string, keys: readonly string[]): MaybePromise<readonly (SpaceRecord | undefined)[]>
  scan(space: string, scan: SpaceScan): MaybePromise<readonly SpaceRecord[]>
  count(space: string, range: SpaceRange): MaybePromise<number>
  /** An answer that is lost leaves open whether it was made. `nowMs` gives new versions their place in time, and decides nothing. */
  commit(space: string, commit: SpaceCommit, nowMs: number): MaybePromise<CommitResult>
  /**
   * Tells when a commit of anybody that {@link SpaceCommit.isTold} has been made; perhaps too often, and where a connection
   * was lost not at all, so that whoever waits looks now and then all the same. `listener` must not throw. @returns how to stop
   */
  watch(space: string, listener: () => void): () => void
  /** Of spaces in which there has been anything. */
  names(): MaybePromise<readonly string[]>
  /** Takes all its records out. Versions go on rising. */
  drop(space: string): MaybePromise<void>
}

/** What one commit may do; more is made in several. */
export const MAX_COMMIT_CHANGES = 2_000

/** Asked before anything is looked at. @throws UsageError */
export function requireCommit({ changes }: SpaceCommit): void {
  if (changes.length <= MAX_COMMIT_CHANGES) return
  throw new UsageError(
    `commit: ${changes.length} changes are too many; allowed: up to ${MAX_COMMIT_CHANGES} in one commit`,
  )
}

/** As `String` and `%.17g` write them. Other forms that `Number` reads, such as an empty text, were never written. */
const NUMBER = /^-?\d[\d.e+-]*$/

/** The number that a record is; undefined: it is none, and so not what was written. */
export function numberIn({ value }: Pick<SpaceRecord, 'value'>): number | undefined {
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

/** What `add` adds to. @throws Error for a record that is no number: nothing is worked out from it, and it stays as it is */
export function requireNumber(record: Pick<SpaceRecord, 'key' | 'value'> | undefined): number {
  if (record === undefined) return 0
  const number = numberIn(record)
  if (number === undefined) throw noNumber(record.key)
  return number
}

export function noNumber(key: string): Error {
  return new Error(`what is kept under '${key}' is no number: it is damaged`)
}

/** Whether a sum keeps a commit from being made: beyond its limit, or beyond all that a number can tell. */
export function isSumOver(sum: number, max: number = Number.MAX_VALUE): boolean {
  return sum > max || Math.abs(sum) === Number.POSITIVE_INFINITY
}

/** What `append` puts after the prefix: 20 digits. @param index of the `append` among those of its commit. */
export function spaceStamp(version: number, index: number): string {
  return String(version).padStart(16, '0') + String(index).padStart(4, '0')
}

/** How many of the first records of its range a `move` takes. */
export function movedCount(records: readonly Pick<SpaceRecord, 'moveCount'>[], aheadFrom: number | undefined): number {
  const before = records.findIndex(({ moveCount }) => moveCount > 0)
  if (aheadFrom === undefined || before < 0) return records.length
  return Math.min(records.length, Math.max(before, aheadFrom))
}

/** The number of the commit after `last`. By the clock, so that numbers rise also where the last one has been lost. */
export function nextSpaceVersion(last: number, nowMs: number): number {
  return Math.max(last + 1, Math.floor(nowMs) * 1_000)
}
