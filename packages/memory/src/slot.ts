/** What the memory backend keeps per key, and the questions asked of it. */
import type { EntryFacts, NewEntry, StoredEntry } from '@stowage/core'
import { sizeOf, stringBytes } from './size-of.ts'
import { isValid, type TagRecord } from './tag-table.ts'

/** Bytes of a slot besides key, value and tags: the slot, its place in the map and in the recency list. */
const SLOT_BYTES = 200
/** Bytes of a slot's reference to a tag record. */
const TAG_BYTES = 16

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
  const valueBytes = measure === undefined ? sizeOf(entry.value) : Math.max(0, Math.ceil(measure(entry.value)))
  return SLOT_BYTES + stringBytes(key) + valueBytes + entry.facts.tags.length * TAG_BYTES
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
    admit: nothingNearer,
  }
}

function nothingNearer(): void {}
