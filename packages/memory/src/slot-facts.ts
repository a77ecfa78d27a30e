/** An entry's facts, into its slot and out of it. Tags and value are the store's. */
import type { EntryTimes } from '@stowage/core'
import type { EntryGuard } from './entry-guard.ts'
import { HAS_WINDOWS, IS_GUARDED, IS_LONG, type SlotPage } from './slot-page.ts'

export function expireAtMsOf(page: SlotPage, slot: number): number {
  return page.has(slot, HAS_WINDOWS) ? page.rare.expireAtMs(slot) : page.staleAtMs(slot)
}

export function timesOf(page: SlotPage, slot: number): EntryTimes {
  const staleAtMs = page.staleAtMs(slot)
  const storedAtMs = page.has(slot, IS_LONG) ? page.rare.storedAtMs(slot) : staleAtMs - page.lifeMs(slot)
  const errorOnlyAtMs = page.has(slot, HAS_WINDOWS) ? page.rare.errorOnlyAtMs(slot) : staleAtMs
  return { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs: expireAtMsOf(page, slot) }
}

/** Undefined where nothing but freshness and tags decides. */
export function guardOf(page: SlotPage, slot: number): EntryGuard | undefined {
  return page.has(slot, IS_GUARDED) ? page.rare.guard(slot) : undefined
}

/**
 * Keeps those of an entry's facts that are not in its record. `storedAtMs` is in it as the length of the fresh life, where
 * four bytes can hold that. @returns what the marks have to tell of it
 */
export function putRareFacts(page: SlotPage, slot: number, times: EntryTimes, guard: EntryGuard | undefined): number {
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs } = times
  const lifeMs = staleAtMs - storedAtMs
  let marks = 0
  if (lifeMs >>> 0 !== lifeMs) {
    page.rare.setStoredAtMs(slot, storedAtMs)
    marks |= IS_LONG
  }
  if (errorOnlyAtMs !== staleAtMs || expireAtMs !== staleAtMs) {
    page.rare.setWindows(slot, errorOnlyAtMs, expireAtMs)
    marks |= HAS_WINDOWS
  }
  if (guard !== undefined) {
    page.rare.setGuard(slot, guard)
    marks |= IS_GUARDED
  } else if (page.has(slot, IS_GUARDED)) page.rare.dropGuard(slot)
  return marks
}
