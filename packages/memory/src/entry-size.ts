/** Bytes an entry takes in this backend: key, value, tags and bookkeeping. */
import type { NewEntry } from '@stowage/core'
import { sizeOf, stringBytes } from './size-of.ts'

/**
 * Bytes of an entry besides key, value and tags. Its slot: 41 in arrays, 16 for the references to key and value. Its place
 * in the Map: 28 when the Map is full, 56 when it has just grown. Its ghost: 6.
 */
const SLOT_BYTES = 105
/** Bytes of a tag besides its text: its record, its set, its place in the table. Shared tags count for each entry. */
const TAG_BYTES = 120

export function entryBytes(key: string, entry: NewEntry, measure: ((value: unknown) => number) | undefined): number {
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
