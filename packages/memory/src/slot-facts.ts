/** An entry's facts, into its slot and out of it. Tags and value are the store's. */
import { type EntryFacts, type EntryTimes, isPlainFacts } from '@stowage/core'
import type { EntryGuard } from './entry-guard.ts'
import { HAS_WINDOWS, IS_GUARDED, type SlotPage } from './slot-page.ts'

/** Whether an entry of these facts has neither tags nor rare facts: one end of its life, and nothing to compare. */
export function isBareFacts(facts: EntryFacts): boolean {
  const { staleAtMs, errorOnlyAtMs, expireAtMs, tags } = facts
  return errorOnlyAtMs === staleAtMs && expireAtMs === staleAtMs && tags.length === 0 && isPlainFacts(facts)
}

export function expireAtMsOf(page: SlotPage, slot: number): number {
  return page.has(slot, HAS_WINDOWS) ? page.rare.expireAtMs(slot) : page.staleAtMs(slot)
}

export function timesOf(page: SlotPage, slot: number): EntryTimes {
  const staleAtMs = page.staleAtMs(slot)
  const errorOnlyAtMs = page.has(slot, HAS_WINDOWS) ? page.rare.errorOnlyAtMs(slot) : staleAtMs
  return { storedAtMs: page.storedAtMs(slot), staleAtMs, errorOnlyAtMs, expireAtMs: expireAtMsOf(page, slot) }
}

/** Undefined where nothing but freshness and tags decides. */
export function guardOf(page: SlotPage, slot: number): EntryGuard | undefined {
  return page.has(slot, IS_GUARDED) ? page.rare.guard(slot) : undefined
}

/** Keeps those of an entry's facts that are not in its records. @returns what the marks have to tell of it */
export function putRareFacts(page: SlotPage, slot: number, times: EntryTimes, guard: EntryGuard | undefined): number {
  const { staleAtMs, errorOnlyAtMs, expireAtMs } = times
  let marks = 0
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
