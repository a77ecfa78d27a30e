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

/** One after the other; the head is in the first. */
export type EntryRecord = readonly [Uint8Array, ...Uint8Array[]]

/** Of all parts together. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
}

/** For the next text; undefined while one is in it. */
let textBytes: Buffer | undefined
/** What {@link textBytes} is of, or was: filled anew by later writes. */
const reused = new WeakSet<ArrayBufferLike>()

/**
 * What `use` makes of head and body. Bytes are written from where they are; those of a text are good until it returns: what is to last longer is
 * copied ({@link lastingRecord}). Whoever hears of removals may write other entries meanwhile.
 */
export function withRecord<T>(
  key: string,
  facts: EntryFacts,
  { format, body, checksum }: Encoded,
  use: (record: EntryRecord) => T,
): T {
  const record = (isText: boolean, bytes: Uint8Array): EntryRecord => [
    packRecordHead(key, facts, { format, isText, bodyBytes: bytes.byteLength, checksum }),
    bytes,
  ]
  if (typeof body !== 'string') return use(record(false, body))
  if (body.length > TEXT_LENGTH) return use(record(true, Buffer.from(body)))
  const memory = textBytes ?? newMemory()
  textBytes = undefined
  try {
    return use(record(true, memory.subarray(0, memory.write(body))))
  } finally {
    textBytes = memory
  }
}

/**
 * The same for a write that does not happen at once: whoever asked may change the bytes meanwhile. Long ones are theirs until they have
 * been answered (README).
 */
export function lastingRecord(record: EntryRecord): EntryRecord {
  const isOwn = record.every(({ buffer }) => !reused.has(buffer))
  return isOwn && lengthOf(record) >= LONG_BYTES ? record : [Buffer.concat(record)]
}

function newMemory(): Buffer {
  const memory = Buffer.allocUnsafeSlow(TEXT_LENGTH * MAX_CHARACTER_BYTES)
  reused.add(memory.buffer)
  return memory
}
