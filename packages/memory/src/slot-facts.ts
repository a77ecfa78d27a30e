/** An entry's facts, into its slot and out of it. Tags and value are the store's. */
import type { EntryTimes } from '@stowage/core'
import type { EntryGuard } from './entry-guard.ts'
import { HAS_WINDOWS, IS_GUARDED, IS_LONG, type SlotPage } from './slot-page.ts'
import { NO_TAGS } from './tag-sets.ts'

export function staleAtMsOf(page: SlotPage, at: number): number {
  return Math.abs(page.freshUntilMs(at))
}

export function expireAtMsOf(page: SlotPage, at: number): number {
  return page.has(at, HAS_WINDOWS) ? page.expireAtMs(at) : staleAtMsOf(page, at)
}

export function timesOf(page: SlotPage, at: number): EntryTimes {
  const staleAtMs = staleAtMsOf(page, at)
  const storedAtMs = page.has(at, IS_LONG) ? page.storedAtMs(at) : staleAtMs - page.lifeMs(at)
  const errorOnlyAtMs = page.has(at, HAS_WINDOWS) ? page.errorOnlyAtMs(at) : staleAtMs
  return { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs: expireAtMsOf(page, at) }
}

/** Undefined where nothing but freshness and tags decides. */
export function guardOf(page: SlotPage, at: number): EntryGuard | undefined {
  return page.has(at, IS_GUARDED) ? page.guard(at) : undefined
}

export function putGuard(page: SlotPage, at: number, guard: EntryGuard | undefined): void {
  page.setGuard(at, guard)
  if (guard === undefined) page.unmark(at, IS_GUARDED)
  else page.mark(at, IS_GUARDED)
}

/** After guard and tags: they decide how `staleAtMs` is kept. Instants are those of a clock that began in 1970. */
export function putTimes(page: SlotPage, at: number, times: EntryTimes): void {
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs } = times
  const isPlain = page.tagSet(at) === NO_TAGS && !page.has(at, IS_GUARDED)
  page.setFreshUntilMs(at, isPlain ? staleAtMs : -staleAtMs)
  putStoredAtMs(page, at, storedAtMs, staleAtMs - storedAtMs)
  if (errorOnlyAtMs === staleAtMs && expireAtMs === staleAtMs) page.unmark(at, HAS_WINDOWS)
  else {
    page.setWindows(at, errorOnlyAtMs, expireAtMs)
    page.mark(at, HAS_WINDOWS)
  }
}

/** As the length of the fresh life, where that fits into four bytes. */
function putStoredAtMs(page: SlotPage, at: number, storedAtMs: number, lifeMs: number): void {
  if (lifeMs >>> 0 === lifeMs) {
    page.setLifeMs(at, lifeMs)
    page.unmark(at, IS_LONG)
  } else {
    page.setStoredAtMs(at, storedAtMs)
    page.mark(at, IS_LONG)
  }
}
