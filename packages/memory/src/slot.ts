/** What the memory backend keeps per key, and the questions asked of it. */
import type { EntryFacts, NewEntry, StoredEntry } from '@stowage/core'
import { sizeOf, stringBytes } from './size-of.ts'
import { isValid, type TagRecord } from './tag-table.ts'

/** Bytes of a slot besides key, value and tags: the slot, its place in the map and in the recency list. */
const SLOT_BYTES = 200
/** Bytes of a tag besides its text: the reference, its record, its place in the table. Shared tags count for each. */
const TAG_BYTES = 120

export interface Slot {
  readonly value: unknown
  /** Replaced as a whole when the entry is touched. */
  facts: EntryFacts
  readonly tags: readonly TagRecord[]
  /** The invalidation count as of which the value was true. */
  readonly epoch: number
  readonly sizeBytes: number
}

/** Bytes an entry will take. */
export function slotBytes(key: string, entry: NewEntry, measure: ((value: unknown) => number) | undefined): number {
  const valueBytes = measure === undefined ? sizeOf(entry.value) : measured(measure, entry.value)
  let bytes = SLOT_BYTES + stringBytes(key) + valueBytes
  for (const tag of entry.facts.tags) bytes += TAG_BYTES + stringBytes(tag)
  return bytes
}

/** @throws TypeError naming the option when it gives no size. */
function measured(measure: (value: unknown) => number, value: unknown): number {
  const bytes = measure(value)
  if (Number.isFinite(bytes) && bytes >= 0) return Math.ceil(bytes)
  throw new TypeError(`sizeOf: ${bytes} is not a size; allowed: finite numbers from 0`)
}

/** Why a slot may not be served, or undefined. */
export function missOf(slot: Slot, nowMs: number): 'expired' | 'invalidated' | undefined {
  if (!isValid(slot.tags, slot.epoch)) return 'invalidated'
  return nowMs < slot.facts.expireAtMs ? undefined : 'expired'
}

/** The entry as core sees it. The slot itself is the mark of the write. */
export function storedEntry(slot: Slot, tier: string): StoredEntry {
  return {
    facts: slot.facts,
    payload: { holds: 'value', value: slot.value },
    tier,
    identity: slot,
    settle: nothingNearer,
  }
}

function nothingNearer(): void {}
