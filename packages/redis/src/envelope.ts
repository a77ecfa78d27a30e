/**
 * What stands under an entry's key: an envelope, the packed record of core, and the leases taken on the key (lease-slot.ts). All of
 * it is one string, so that a plain SET replaces the entry and voids its leases in one step, and so that nothing of it can be
 * evicted without the rest. Numbers are little-endian.
 *
 *   at  bytes
 *    0      4  'STR' and the version of this layout: 1
 *    4      4  bytes of the record; 0: no entry, only leases
 *    8     16  identity of the write: no other write has it
 *   24     16  the moment as of which the value is true: incarnation (8 characters) and count (a double)
 *   40      …  the record
 *    …      …  leases
 */
import { packRecord, type RecordHead, type StoredEntry, unpackRecord, unpackRecordHead } from '@stowage/core'
import { INCARNATION_BYTES, type Moment } from './epoch.ts'

export const ENVELOPE_BYTES = 40
/** Magic, length and identity: what says which write a string is of, damaged or not. */
const SIGN_BYTES = 24
const IDENTITY_AT = 8
const IDENTITY_BYTES = 16
const MAGIC = 0x01_52_54_53

/** What {@link packRecord} packs. */
type Packed = Parameters<typeof packRecord>

export function packEnvelope(
  identity: Buffer,
  moment: Moment,
  ...[key, facts, encoded]: readonly [key: Packed[0], facts: Packed[1], encoded: Packed[2]]
): Buffer {
  const packed = packRecord(key, facts, encoded, ENVELOPE_BYTES)
  const bytes = Buffer.isBuffer(packed) ? packed : Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(bytes.length - ENVELOPE_BYTES, 4)
  identity.copy(bytes, IDENTITY_AT, 0, IDENTITY_BYTES)
  writeMoment(bytes, SIGN_BYTES, moment)
  return bytes
}

export function packMoment(moment: Moment): Buffer {
  const bytes = Buffer.alloc(INCARNATION_BYTES + 8)
  writeMoment(bytes, 0, moment)
  return bytes
}

function writeMoment(bytes: Buffer, at: number, { incarnation, count }: Moment): void {
  bytes.write(incarnation, at, INCARNATION_BYTES, 'latin1')
  bytes.writeDoubleLE(count, at + INCARNATION_BYTES)
}

/** As text, byte for character: a view would keep the value's bytes alive for as long as anybody keeps the mark. */
export function signOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, SIGN_BYTES)
}

/** As the server has it. */
export function packSign(sign: string): Buffer {
  return Buffer.from(sign, 'latin1')
}

export interface Envelope {
  /** 0: there are only leases. */
  readonly recordBytes: number
  readonly moment: Moment
  /** Which write it is, for `touch` and `discard`. */
  readonly sign: string
}

/** A sign that another moment of the same write has not. */
export function signAsOf({ sign, moment }: Pick<Envelope, 'sign' | 'moment'>): string {
  return sign + packMoment(moment).toString('latin1')
}

/** Undefined for what is no string of ours. */
export function parseEnvelope(bytes: Buffer): Envelope | undefined {
  if (!isEnvelope(bytes)) return undefined
  return { recordBytes: bytes.readUInt32LE(4), moment: momentOf(bytes), sign: signOf(bytes) }
}

function isEnvelope(bytes: Buffer): boolean {
  return bytes.length >= ENVELOPE_BYTES && bytes.readUInt32LE(0) === MAGIC
}

function momentOf(bytes: Buffer): Moment {
  return { incarnation: incarnationOf(bytes), count: bytes.readDoubleLE(SIGN_BYTES + INCARNATION_BYTES) }
}

/** The one that was read last: nearly all entries have it, and to compare bytes costs less than to make a text of them. */
let lastIncarnation = ''

function incarnationOf(bytes: Buffer): string {
  for (let at = 0; at < INCARNATION_BYTES; at++) {
    if (bytes[SIGN_BYTES + at] === lastIncarnation.charCodeAt(at)) continue
    lastIncarnation = bytes.toString('latin1', SIGN_BYTES, SIGN_BYTES + INCARNATION_BYTES)
    break
  }
  return lastIncarnation
}

export interface Unpacked extends Omit<Envelope, 'sign'> {
  readonly facts: StoredEntry['facts']
  readonly encoded: Extract<StoredEntry['payload'], { holds: 'bytes' }>['encoded']
}

/** `leases`: no entry is there. Undefined: not the entry of `key`, whole and sound. */
export function unpackEnvelope(key: string, bytes: Buffer): Unpacked | 'leases' | undefined {
  if (!isEnvelope(bytes)) return undefined
  const recordBytes = bytes.readUInt32LE(4)
  if (recordBytes === 0) return 'leases'
  const end = ENVELOPE_BYTES + recordBytes
  if (bytes.length < end) return undefined
  const record = unpackRecord(key, bytes, ENVELOPE_BYTES, end)
  if (record === undefined) return undefined
  const { facts, encoded } = record
  return { recordBytes, moment: momentOf(bytes), facts, encoded }
}

export interface Headed extends Envelope {
  readonly head: RecordHead
}

/** The same of the part before the body, as `HEAD_OF` (scripts/entry.ts) reads it. */
export function parseHeaded(bytes: Buffer): Headed | 'leases' | undefined {
  const envelope = parseEnvelope(bytes)
  if (envelope === undefined) return undefined
  if (envelope.recordBytes === 0) return 'leases'
  const head = unpackRecordHead(bytes.subarray(ENVELOPE_BYTES))
  return head && head.sizeBytes === envelope.recordBytes ? { ...envelope, head } : undefined
}
