/**
 * The packed record: an entry as one run of bytes, for backends that keep entries as files or blobs. Numbers are
 * little-endian, texts UTF-8. docs/record-format.md says why it is so, and what may change.
 *
 *   at  bytes
 *    0      4  'STW' and the version of this layout: 1
 *    4      4  CRC-32 of the instants
 *    8     32  storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs: doubles
 *   40      4  CRC-32 of all from here to the body
 *   44      8  slidingMs: a double, NaN when there is none
 *   52      4  checksum: CRC-32 of the texts and the body (checksum.ts)
 *   56      4  bytes of the body
 *   60      4  bytes of the key
 *   64      4  bytes of the version
 *   68      4  bytes of the fingerprint
 *   72      2  bytes of the format
 *   74      1  number of tags
 *   75      1  1: the body is text, + 2: there is a version, + 4: there is a fingerprint
 *   76  2 * n  bytes of each tag
 *    …      …  texts: key NUL format; with any guard or tag: NUL version NUL fingerprint, and NUL tag for each
 *    …      …  body, to the end
 */
import type { Encoded, EntryFacts } from './backend.ts'
import { crc32Of } from './crc32.ts'
import type { EntryTimes } from './ttl.ts'

/** Where the instants and their check are, for {@link packTimes}. */
export const RECORD_TIMES_AT = 4
/**
 * From its beginning: the instants, their check, and that of the head, which has the body's in it. Who seals these bytes together with some
 * of his own can tell a record from any mixture of two.
 */
export const RECORD_START_BYTES = 44

const MAGIC = 0x01_57_54_53
const TIMES_BYTES = 36
const TAG_LENGTHS_AT = 76
const MAX_TAG_COUNT = 0xff
const MAX_TEXT_BYTES = 0xffff
const MAX_BODY_BYTES = 0xffff_ffff

/** Of texts whose bytes are counted and written one by one. */
const SHORT_LENGTH = 32

const TEXT_BODY = 1
const HAS_VERSION = 2
const HAS_FINGERPRINT = 4

/** What a record says besides its value. */
export interface RecordHead extends RecordBody {
  readonly key: string
  readonly facts: EntryFacts
  /** Bytes of the whole record; its last {@link RecordBody.bodyBytes} are the body. */
  readonly sizeBytes: number
}

/** What a record says of its body. */
export interface RecordBody {
  readonly format: string
  readonly isText: boolean
  readonly bodyBytes: number
  readonly checksum: number
}

/**
 * @param spareBytes how many bytes to leave before the record, for the caller to fill
 * @throws RangeError when there is more of something than the layout can count
 */
export function packRecord(
  key: string,
  facts: EntryFacts,
  { format, body, checksum }: Encoded,
  spareBytes = 0,
): Uint8Array {
  const isText = typeof body === 'string'
  const bodyBytes = isText ? Buffer.byteLength(body) : body.byteLength
  const head = { format, isText, bodyBytes, checksum }
  const { bytes, bodyAt } = packed(key, facts, head, { beforeBytes: spareBytes, bodyBytes })
  if (isText) bytes.write(body, bodyAt)
  else bytes.set(body, bodyAt)
  return bytes
}

/**
 * A record without its body, which follows it. Its length does not depend on the body, so that a body of unknown length can be
 * written after a head that is put right when it has ended. @throws RangeError as {@link packRecord}
 */
export function packRecordHead(key: string, facts: EntryFacts, body: RecordBody): Uint8Array {
  return packed(key, facts, body, { beforeBytes: 0, bodyBytes: 0 }).bytes
}

function packed(
  key: string,
  facts: EntryFacts,
  { format, isText, bodyBytes, checksum }: RecordBody,
  room: { readonly beforeBytes: number; readonly bodyBytes: number },
): { readonly bytes: Buffer; readonly bodyAt: number } {
  const { tags, version = '', fingerprint = '' } = facts
  const keyBytes = byteLength(key)
  const formatBytes = byteLength(format)
  const versionBytes = byteLength(version)
  const fingerprintBytes = byteLength(fingerprint)
  const tagBytes = tags.map(byteLength)
  if (
    tags.length > MAX_TAG_COUNT ||
    formatBytes > MAX_TEXT_BYTES ||
    tagBytes.some((length) => length > MAX_TEXT_BYTES)
  ) {
    throw new RangeError(`a record has at most ${MAX_TAG_COUNT} tags, and tags and a format of ${MAX_TEXT_BYTES} bytes`)
  }
  if (bodyBytes > MAX_BODY_BYTES) throw new RangeError(`a record has at most ${MAX_BODY_BYTES} bytes of body`)

  const start = room.beforeBytes
  const isGuarded = tags.length > 0 || version !== '' || fingerprint !== ''
  const textsAt = start + TAG_LENGTHS_AT + 2 * tags.length
  let bodyAt = textsAt + keyBytes + 1 + formatBytes
  if (isGuarded) bodyAt += 1 + versionBytes + 1 + fingerprintBytes
  for (const length of tagBytes) bodyAt += 1 + length
  const bytes = Buffer.allocUnsafe(bodyAt + room.bodyBytes)

  bytes.writeUInt32LE(MAGIC, start)
  writeTimes(bytes, start + RECORD_TIMES_AT, facts)
  bytes.writeDoubleLE(facts.slidingMs ?? Number.NaN, start + 44)
  bytes.writeUInt32LE(checksum, start + 52)
  bytes.writeUInt32LE(bodyBytes, start + 56)
  bytes.writeUInt32LE(keyBytes, start + 60)
  bytes.writeUInt32LE(versionBytes, start + 64)
  bytes.writeUInt32LE(fingerprintBytes, start + 68)
  bytes.writeUInt16LE(formatBytes, start + 72)
  bytes.writeUInt8(tags.length, start + 74)
  bytes.writeUInt8(flagsOf(facts, isText), start + 75)
  tagBytes.forEach((length, at) => {
    bytes.writeUInt16LE(length, start + TAG_LENGTHS_AT + 2 * at)
  })
  let at = writeNext(bytes, format, writeText(bytes, key, textsAt))
  if (isGuarded) at = writeNext(bytes, fingerprint, writeNext(bytes, version, at))
  for (const tag of tags) at = writeNext(bytes, tag, at)
  bytes.writeUInt32LE(crc32Of(bytes, start + RECORD_START_BYTES, bodyAt), start + 40)
  return { bytes, bodyAt }
}

/**
 * The entry of `key`. Its body, unless it is text, is a view into `bytes`. Undefined for anything but a whole and sound
 * record of that key in a version known here.
 * @param start where the record begins in the bytes, and `end` where it is over: a view of every one would cost as much as its check
 */
export function unpackRecord(
  key: string,
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.byteLength,
): { readonly facts: EntryFacts; readonly encoded: Encoded } | undefined {
  const record = bufferOf(bytes)
  const head = parseHead(record, start, end)
  if (head === undefined) return undefined
  const { textsAt, keyBytes, bodyAt, checksum } = head
  if (
    bodyAt + head.bodyBytes !== end ||
    !isTextAt(record, textsAt, keyBytes, key) ||
    crc32Of(record, textsAt, end) !== checksum
  ) {
    return undefined
  }
  const body = isTextBody(record, start) ? record.toString('utf8', bodyAt, end) : record.subarray(bodyAt, end)
  return { facts: factsAt(record, head), encoded: { format: formatAt(record, head), body, checksum } }
}

/**
 * What a record says before its body, from as many of its first bytes as there are. Undefined when it is not sound, and
 * when the head goes on beyond those bytes. Says nothing about the body, which may be torn.
 */
export function unpackRecordHead(bytes: Uint8Array): RecordHead | undefined {
  const record = bufferOf(bytes)
  const head = parseHead(record, 0, record.length)
  if (head === undefined) return undefined
  const { textsAt, keyBytes, bodyAt, bodyBytes, checksum } = head
  return {
    key: textAt(record, textsAt, keyBytes),
    facts: factsAt(record, head),
    sizeBytes: bodyAt + bodyBytes,
    format: formatAt(record, head),
    isText: isTextBody(record, 0),
    bodyBytes,
    checksum,
  }
}

/** The instants and their check, to be written over those of a record, at {@link RECORD_TIMES_AT}. */
export function packTimes(times: EntryTimes): Uint8Array {
  const bytes = Buffer.allocUnsafe(TIMES_BYTES)
  writeTimes(bytes, 0, times)
  return bytes
}

function writeTimes(bytes: Buffer, at: number, { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs }: EntryTimes): void {
  bytes.writeDoubleLE(storedAtMs, at + 4)
  bytes.writeDoubleLE(staleAtMs, at + 12)
  bytes.writeDoubleLE(errorOnlyAtMs, at + 20)
  bytes.writeDoubleLE(expireAtMs, at + 28)
  bytes.writeUInt32LE(crc32Of(bytes, at + 4, at + TIMES_BYTES), at)
}

/** Where things are in a record whose head is sound. */
interface Head {
  readonly start: number
  readonly textsAt: number
  readonly keyBytes: number
  readonly formatBytes: number
  /** Behind key and format. */
  readonly guardsAt: number
  readonly versionBytes: number
  readonly fingerprintBytes: number
  readonly bodyAt: number
  readonly bodyBytes: number
  readonly checksum: number
}

/** Every hit on bytes passes through here: it makes no text, no list and no view it can do without. */
function parseHead(record: Buffer, start: number, end: number): Head | undefined {
  if (end - start < TAG_LENGTHS_AT || record.readUInt32LE(start) !== MAGIC) return undefined
  if (crc32Of(record, start + 8, start + 40) !== record.readUInt32LE(start + 4)) return undefined
  const tagCount = record.readUInt8(start + 74)
  const textsAt = start + TAG_LENGTHS_AT + 2 * tagCount
  if (end < textsAt) return undefined
  const keyBytes = record.readUInt32LE(start + 60)
  const versionBytes = record.readUInt32LE(start + 64)
  const fingerprintBytes = record.readUInt32LE(start + 68)
  const formatBytes = record.readUInt16LE(start + 72)
  const guardsAt = textsAt + keyBytes + 1 + formatBytes
  const isGuarded = tagCount > 0 || versionBytes > 0 || fingerprintBytes > 0
  let bodyAt = isGuarded ? guardsAt + 1 + versionBytes + 1 + fingerprintBytes : guardsAt
  for (let at = start + TAG_LENGTHS_AT; at < textsAt; at += 2) bodyAt += 1 + record.readUInt16LE(at)
  if (end < bodyAt || crc32Of(record, start + RECORD_START_BYTES, bodyAt) !== record.readUInt32LE(start + 40))
    return undefined
  const bodyBytes = record.readUInt32LE(start + 56)
  const checksum = record.readUInt32LE(start + 52)
  return {
    start,
    textsAt,
    keyBytes,
    formatBytes,
    guardsAt,
    versionBytes,
    fingerprintBytes,
    bodyAt,
    bodyBytes,
    checksum,
  }
}

function isTextBody(record: Buffer, start: number): boolean {
  return (record.readUInt8(start + 75) & TEXT_BODY) !== 0
}

function factsAt(record: Buffer, { start, textsAt, guardsAt, versionBytes, fingerprintBytes }: Head): EntryFacts {
  const flags = record.readUInt8(start + 75)
  const versionAt = guardsAt + 1
  const fingerprintAt = versionAt + versionBytes + 1
  const tagLengthsAt = start + TAG_LENGTHS_AT
  const slidingMs = record.readDoubleLE(start + 44)
  return {
    storedAtMs: record.readDoubleLE(start + 8),
    staleAtMs: record.readDoubleLE(start + 16),
    errorOnlyAtMs: record.readDoubleLE(start + 24),
    expireAtMs: record.readDoubleLE(start + 32),
    tags:
      textsAt === tagLengthsAt ? [] : tagsOf(record, fingerprintAt + fingerprintBytes + 1, { tagLengthsAt, textsAt }),
    version: (flags & HAS_VERSION) === 0 ? undefined : textAt(record, versionAt, versionBytes),
    fingerprint: (flags & HAS_FINGERPRINT) === 0 ? undefined : textAt(record, fingerprintAt, fingerprintBytes),
    slidingMs: Number.isNaN(slidingMs) ? undefined : slidingMs,
  }
}

/** The commonest one needs no text to be made. */
function formatAt(record: Buffer, { textsAt, keyBytes, formatBytes }: Head): string {
  const at = textsAt + keyBytes + 1
  return isTextAt(record, at, formatBytes, 'json') ? 'json' : textAt(record, at, formatBytes)
}

/** Their lengths stand before the texts, which follow one another with a NUL between. */
function tagsOf(
  record: Buffer,
  firstAt: number,
  { tagLengthsAt, textsAt }: { readonly tagLengthsAt: number; readonly textsAt: number },
): string[] {
  const tags: string[] = []
  let at = firstAt
  for (let lengthAt = tagLengthsAt; lengthAt < textsAt; lengthAt += 2) {
    const bytes = record.readUInt16LE(lengthAt)
    tags.push(textAt(record, at, bytes))
    at += bytes + 1
  }
  return tags
}

function textAt(record: Buffer, at: number, bytes: number): string {
  return bytes === 0 ? '' : record.toString('utf8', at, at + bytes)
}

/** Whether that text is there: of ASCII it is told without making a text of the bytes. */
function isTextAt(record: Buffer, at: number, bytes: number, text: string): boolean {
  if (bytes !== text.length) return bytes > text.length && textAt(record, at, bytes) === text
  for (let index = 0; index < bytes; index++) {
    const code = text.charCodeAt(index)
    // As many bytes as characters: what is not ASCII would take more of them.
    if (code > 127 || code !== record[at + index]) return false
  }
  return true
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Of UTF-8; what is short is counted here, as to ask Node costs more. */
function byteLength(text: string): number {
  return isShortAscii(text) ? text.length : Buffer.byteLength(text)
}

/** With a NUL before it. @returns as of {@link writeText} */
function writeNext(bytes: Buffer, text: string, at: number): number {
  bytes[at] = 0
  return writeText(bytes, text, at + 1)
}

/** @returns where it ends */
function writeText(bytes: Buffer, text: string, at: number): number {
  if (!isShortAscii(text)) return at + bytes.write(text, at)
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index)
  return at + text.length
}

function isShortAscii(text: string): boolean {
  if (text.length > SHORT_LENGTH) return false
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false
  return true
}

function flagsOf({ version, fingerprint }: EntryFacts, isText: boolean): number {
  return (
    (isText ? TEXT_BODY : 0) |
    (version === undefined ? 0 : HAS_VERSION) |
    (fingerprint === undefined ? 0 : HAS_FINGERPRINT)
  )
}
