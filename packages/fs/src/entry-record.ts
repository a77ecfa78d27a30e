/**
 * An entry's record on its way to its file: as few copies and as little fresh memory as can be. Memory of its own for each write costs
 * more than what is copied into it, and makes the collector of garbage mark the whole heap again and again.
 */
import { type Encoded, type EntryFacts, packRecordHead } from '@stowage/core'
import { LONG_BYTES } from './disk-pace.ts'

/** As UTF-8 a text has three bytes for a character at most. */
const MAX_CHARACTER_BYTES = 3
/** Of a longer text bytes are made that are its own. */
const TEXT_LENGTH = 131_072

/** Filled anew by each write: what is to last longer is copied ({@link lastingRecord}). */
let textBytes: Buffer | undefined

/** Head and body. Bytes are written from where they are; those of a text are good until the next record is packed. */
export function packed(
  key: string,
  facts: EntryFacts,
  { format, body, checksum }: Encoded,
): readonly [head: Uint8Array, body: Uint8Array] {
  const isText = typeof body === 'string'
  const bytes = isText ? bytesOf(body) : body
  return [packRecordHead(key, facts, { format, isText, bodyBytes: bytes.byteLength, checksum }), bytes]
}

/**
 * The same for a write that does not happen at once: whoever asked may change the bytes meanwhile. Long ones are theirs until they have
 * been answered (README).
 */
export function lastingRecord(record: readonly Uint8Array[]): readonly Uint8Array[] {
  const isOwn = record.every(({ buffer }) => buffer !== textBytes?.buffer)
  const bytes = record.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return isOwn && bytes >= LONG_BYTES ? record : [Buffer.concat(record)]
}

function bytesOf(text: string): Uint8Array {
  if (text.length > TEXT_LENGTH) return Buffer.from(text)
  textBytes ??= Buffer.allocUnsafeSlow(TEXT_LENGTH * MAX_CHARACTER_BYTES)
  return textBytes.subarray(0, textBytes.write(text))
}
