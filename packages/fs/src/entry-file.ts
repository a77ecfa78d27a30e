/**
 * The bytes of an entry's file: a prelude of 40 bytes, which is this backend's, and core's record (docs/record-format.md).
 * A file that was written in its place is filled up to a block behind it. Numbers are little-endian.
 *
 *   at  bytes
 *    0      4  'STF' and the version of this layout: 2
 *    4      4  CRC-32 of the rest of the prelude and the record's first 44 bytes, which have the checks of all others in them: small
 *              files are written in their place (overwriting.ts), and what is half the one and half the other must not look sound
 *    8      8  generation of the journal it was written under: a double (marks.ts)
 *   16      8  epoch as of which the value is true: a double
 *   24      8  identity: when it was written, in nanoseconds of the machine's monotonic clock: another one for each write, and who
 *              opened the file before knows that this came later (entry-reading.ts)
 *   32      8  bytes of the record: a double
 *
 * In version 1 there were 32 bytes, and the check was of the prelude alone. Such files are read as of no generation, so that they go as what is invalidated does.
 */
import {
  crc32,
  crc32Of,
  type Encoded,
  type EntryFacts,
  RECORD_START_BYTES,
  type RecordHead,
  unpackRecord,
  unpackRecordHead,
} from '@stowage/core'
import type { Stamp } from './marks.ts'

export const PRELUDE_BYTES = 40
const FORMER_PRELUDE_BYTES = 32
/** What the prelude's check is of, and what has to be written anew with it. */
export const SEALED_BYTES: number = PRELUDE_BYTES + RECORD_START_BYTES
const MAGIC = 0x02_46_54_53
const FORMER_MAGIC = 0x01_46_54_53
/** What a file takes of the disk grows by whole blocks. */
export const BLOCK_BYTES = 4_096

export interface Prelude extends Stamp {
  readonly identity: number
  readonly recordBytes: number
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

/** @param record the beginning of what follows it */
export function packPrelude({ generation, epoch, identity, recordBytes }: Prelude, record: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(PRELUDE_BYTES)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeDoubleLE(generation, 8)
  bytes.writeDoubleLE(epoch, 16)
  bytes.writeDoubleLE(identity, 24)
  bytes.writeDoubleLE(recordBytes, 32)
  bytes.writeUInt32LE(crc32(record.subarray(0, RECORD_START_BYTES), crc32Of(bytes, 8, PRELUDE_BYTES)), 4)
  return bytes
}

/** Where what the file holds begins and ends. */
interface Contents {
  readonly prelude: Prelude
  readonly recordAt: number
  readonly recordEnd: number
}

function contentsOf(bytes: Buffer): Contents | undefined {
  if (bytes.length < SEALED_BYTES) return undefined
  const magic = bytes.readUInt32LE(0)
  if (magic === FORMER_MAGIC) return formerContents(bytes)
  if (magic !== MAGIC || crc32Of(bytes, 8, SEALED_BYTES) !== bytes.readUInt32LE(4)) return undefined
  const recordBytes = bytes.readDoubleLE(32)
  const prelude = {
    generation: bytes.readDoubleLE(8),
    epoch: bytes.readDoubleLE(16),
    identity: bytes.readDoubleLE(24),
    recordBytes,
  }
  return { prelude, recordAt: PRELUDE_BYTES, recordEnd: PRELUDE_BYTES + recordBytes }
}

function formerContents(bytes: Buffer): Contents | undefined {
  if (crc32Of(bytes, 8, FORMER_PRELUDE_BYTES) !== bytes.readUInt32LE(4)) return undefined
  const recordBytes = bytes.length - FORMER_PRELUDE_BYTES
  const prelude = { generation: Number.NaN, epoch: 0, identity: bytes.readDoubleLE(24), recordBytes }
  return { prelude, recordAt: FORMER_PRELUDE_BYTES, recordEnd: bytes.length }
}

/** All of an entry's file. Its body, unless it is text, is a view into `bytes`. Undefined for anything but the sound file of that key. */
export function unpackEntry(key: string, bytes: Buffer): EntryContent | undefined {
  const contents = contentsOf(bytes)
  if (contents === undefined) return undefined
  const { prelude, recordAt, recordEnd } = contents
  // What is longer than a block is never filled up.
  if (recordEnd !== bytes.length && (recordEnd > bytes.length || bytes.length > BLOCK_BYTES)) return undefined
  const record = unpackRecord(key, bytes, recordAt, recordEnd)
  return record && { prelude, facts: record.facts, encoded: record.encoded }
}

/** The same with bytes that are the caller's to change; text is no view of anything. */
export function ownContent(content: EntryContent): EntryContent {
  const { encoded, prelude, facts } = content
  const { body } = encoded
  return typeof body === 'string' ? content : { prelude, facts, encoded: { ...encoded, body: Uint8Array.from(body) } }
}

export interface EntryHead extends RecordHead {
  readonly prelude: Prelude
}

/** What a file says before its body, from as many of its first bytes as there are. */
export function unpackEntryHead(bytes: Buffer): EntryHead | undefined {
  const contents = contentsOf(bytes)
  const head = contents && unpackRecordHead(bytes.subarray(contents.recordAt))
  return head && { prelude: contents.prelude, ...head, sizeBytes: head.sizeBytes + contents.recordAt }
}
