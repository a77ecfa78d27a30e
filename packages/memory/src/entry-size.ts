/** Bytes an entry takes in this backend: key, value and bookkeeping. Its tags are counted with the sets (tag-sets.ts). */
import { CodecError } from '@stowage/core'
import { sizeOf, stringBytes } from './size-of.ts'

/**
 * Bytes of an entry besides key, value and tags. Its slot: a word and its size of 8, records of 40, 16 for the references to key and
 * value. Its place in the Map: 28 when the Map is full, 56 when it has just grown. Its ghost: 6.
 */
const SLOT_BYTES = 112

/**
 * @param measure instead of the estimate
 * @throws CodecError when the value does not let itself be measured (a getter that throws): the caller's fault, not a failure
 * of this backend
 */
export function entryBytes(keyBytes: number, value: unknown, measure: Measure | undefined): number {
  try {
    return SLOT_BYTES + keyBytes + believed(measure === undefined ? sizeOf(value) : measure(value))
  } catch (cause) {
    throw new CodecError({ direction: 'encode', codec: 'size in memory', cause })
  }
}

/** Of an entry that has been taken already: one whose value does not let itself be measured counts without it. */
export function surelyBytes(key: string, value: unknown): number {
  try {
    return bytesBesideValue(key) + believed(sizeOf(value))
  } catch {
    // A getter may throw anything.
    return bytesBesideValue(key)
  }
}

export function bytesBesideValue(key: string): number {
  return SLOT_BYTES + stringBytes(key)
}

type Measure = (value: unknown) => number

/**
 * The estimate is no more to be believed than the option: a Map or an array may tell anything of its length, and one size that is no
 * number would make no number of the sum of all.
 * @throws TypeError when it gives no size
 */
function believed(bytes: number): number {
  if (Number.isFinite(bytes) && bytes >= 0) return Math.ceil(bytes)
  throw new TypeError(`sizeOf: ${bytes} is not a size; allowed: finite numbers from 0`)
}
