/** Bytes an entry takes in this backend: key, value and bookkeeping. Its tags are counted with the sets (tag-sets.ts). */
import { sizeOf, stringBytes } from './size-of.ts'

/**
 * Bytes of an entry besides key, value and tags. Its slot: a record of 40, 16 for the references to key and value. Its place
 * in the Map: 28 when the Map is full, 56 when it has just grown. Its ghost: 6.
 */
const SLOT_BYTES = 104

export function entryBytes(key: string, value: unknown, measure: ((value: unknown) => number) | undefined): number {
  return bytesBesideValue(key) + (measure === undefined ? sizeOf(value) : measured(measure, value))
}

export function bytesBesideValue(key: string): number {
  return SLOT_BYTES + stringBytes(key)
}

/** @throws TypeError naming the option when it gives no size. */
function measured(measure: (value: unknown) => number, value: unknown): number {
  const bytes = measure(value)
  if (Number.isFinite(bytes) && bytes >= 0) return Math.ceil(bytes)
  throw new TypeError(`sizeOf: ${bytes} is not a size; allowed: finite numbers from 0`)
}
