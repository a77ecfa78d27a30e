/** An entry's facts, into its slot and out of it. Tags and value are the store's. */
import type { EntryTimes } from '@stowage/core'
import type { EntryGuard } from './entry-guard.ts'
import { HAS_WINDOWS, IS_GUARDED, type SlotPage } from './slot-page.ts'
import { NO_TAGS } from './tag-sets.ts'

export function staleAtMsOf(page: SlotPage, at: number): number {
  return Math.abs(page.freshUntilMs[at] ?? 0)
}

export function expireAtMsOf(page: SlotPage, at: number): number {
  return has(page, at, HAS_WINDOWS) ? (page.expireAtMs?.[at] ?? 0) : staleAtMsOf(page, at)
}

export function timesOf(page: SlotPage, at: number): EntryTimes {
  const staleAtMs = staleAtMsOf(page, at)
  const errorOnlyAtMs = has(page, at, HAS_WINDOWS) ? (page.errorOnlyAtMs?.[at] ?? 0) : staleAtMs
  return { storedAtMs: page.storedAtMs[at] ?? 0, staleAtMs, errorOnlyAtMs, expireAtMs: expireAtMsOf(page, at) }
}

/** Undefined where nothing but freshness and tags decides. */
export function guardOf(page: SlotPage, at: number): EntryGuard | undefined {
  return has(page, at, IS_GUARDED) ? page.guards?.[at] : undefined
}

export function putGuard(page: SlotPage, at: number, guard: EntryGuard | undefined): void {
  if (guard === undefined && !has(page, at, IS_GUARDED)) return
  page.guardsForWriting()[at] = guard
  mark(page, at, IS_GUARDED, guard !== undefined)
}

export function putTagSet(page: SlotPage, at: number, tagSet: number): void {
  if (tagSet !== NO_TAGS || page.tagSets !== undefined) page.tagSetsForWriting()[at] = tagSet
}

/** After guard and tags: they decide how `staleAtMs` is kept. Instants are those of a clock that began in 1970. */
export function putTimes(page: SlotPage, at: number, times: EntryTimes): void {
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs } = times
  const isPlain = !has(page, at, IS_GUARDED) && (page.tagSets?.[at] ?? NO_TAGS) === NO_TAGS
  page.freshUntilMs[at] = isPlain ? staleAtMs : -staleAtMs
  page.storedAtMs[at] = storedAtMs
  const hasWindows = errorOnlyAtMs !== staleAtMs || expireAtMs !== staleAtMs
  mark(page, at, HAS_WINDOWS, hasWindows)
  if (!hasWindows) return
  page.errorOnlyForWriting()[at] = errorOnlyAtMs
  page.expireForWriting()[at] = expireAtMs
}

function has(page: SlotPage, at: number, bit: number): boolean {
  return ((page.marks[at] ?? 0) & bit) !== 0
}

function mark(page: SlotPage, at: number, bit: number, isSet: boolean): void {
  const marks = page.marks[at] ?? 0
  page.marks[at] = isSet ? marks | bit : marks & ~bit
}
