/**
 * The bytes of an entry's file: a prelude of 32 bytes, which is this backend's, and core's record (docs/record-format.md).
 * Numbers are little-endian.
 *
 *   at  bytes
 *    0      4  'STF' and the version of this layout: 1
 *    4      4  CRC-32 of the rest of the prelude
 *    8      8  generation of the journal it was written under: a double (marks.ts)
 *   16      8  epoch as of which the value is true: a double
 *   24      8  identity: when it was written, in nanoseconds of the machine's monotonic clock: another one for each write, and who
 *              opened the file before knows that this came later (entry-reading.ts)
 */
import { crc32Of, type Encoded, type EntryFacts, type RecordHead, unpackRecord, unpackRecordHead } from '@stowage/core'
import type { Stamp } from './marks.ts'

export const PRELUDE_BYTES = 32
const MAGIC = 0x01_46_54_53
/** What a file takes of the disk grows by whole blocks. */
export const BLOCK_BYTES = 4_096

export interface Prelude extends Stamp {
  readonly identity: number
}

export interface EntryContent {
  readonly prelude: Prelude
  readonly facts: EntryFacts
  readonly encoded: Encoded
}

/** What an entry is counted as: its file, in whole blocks. */
export function countedBytes(fileBytes: number): number {
  return Math.ceil(fileBytes / BLOCK_BYTES) * BLOCK_BYTES
}

/** To be asked for just before the file is written, never sooner. */
export function newIdentity(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e9 + nanoseconds
}

export function packPrelude({ generation, epoch, identity }: Prelude): Buffer {
  const bytes = Buffer.allocUnsafe(PRELUDE_BYTES)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeDoubleLE(generation, 8)
  bytes.writeDoubleLE(epoch, 16)
  bytes.writeDoubleLE(identity, 24)
  bytes.writeUInt32LE(crc32Of(bytes, 8, PRELUDE_BYTES), 4)
  return bytes
}

function unpackPrelude(bytes: Buffer): Prelude | undefined {
  if (bytes.length < PRELUDE_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined
  if (crc32Of(bytes, 8, PRELUDE_BYTES) !== bytes.readUInt32LE(4)) return undefined
  return { generation: bytes.readDoubleLE(8), epoch: bytes.readDoubleLE(16), identity: bytes.readDoubleLE(24) }
}

/** All of an entry's file. Its body, unless it is text, is a view into `bytes`. Undefined for anything but the sound file of that key. */
export function unpackEntry(key: string, bytes: Buffer): EntryContent | undefined {
  const prelude = unpackPrelude(bytes)
  const record = prelude && unpackRecord(key, bytes.subarray(PRELUDE_BYTES))
  return record && { prelude, facts: record.facts, encoded: record.encoded }
}

export interface EntryHead extends RecordHead {
  readonly prelude: Prelude
}

/** What a file says before its body, from as many of its first bytes as there are. */
export function unpackEntryHead(bytes: Buffer): EntryHead | undefined {
  const prelude = unpackPrelude(bytes)
  const head = prelude && unpackRecordHead(bytes.subarray(PRELUDE_BYTES))
  return head && { prelude, ...head, sizeBytes: head.sizeBytes + PRELUDE_BYTES }
}
