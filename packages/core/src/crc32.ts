/**
 * CRC-32 (ISO 3309). Node's own reads 10 bytes in a nanosecond once it runs, and takes 200 to get there (measured, 2026-11), so that
 * what is short is counted here.
 */
import { crc32 as nativeCrc32 } from './builtins.ts'

/** Longer texts and runs of bytes are Node's. */
const SHORT_LENGTH = 64
const SHORT_BYTES = 256
/**
 * What is longer is counted here, too, until it is so much in all or Node's module is loaded: that takes 2 ms, which the first answer of a
 * process would wait for (2026-11), and one that asks for a few entries has ended before.
 */
const OWN_BYTES = 65_536
let ownLeft = OWN_BYTES

/** 256 numbers for a byte that is the last, and for one with 1 to 7 behind it: of eight bytes none has to wait for the one before. */
const TABLE = new Int32Array(8 * 256)
for (let at = 0; at < 256; at++) {
  let crc = at
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0)
  TABLE[at] = crc
}
// By whole bytes: every process that imports core makes the table.
for (let at = 256; at < TABLE.length; at++) TABLE[at] = step(TABLE[at - 256] ?? 0, 0)

/** Of bytes, or of text as UTF-8; `seed`: that of what came before. */
export function crc32(content: string | Uint8Array, seed = 0): number {
  const { length } = content
  if (typeof content !== 'string') {
    return isOwn(length, SHORT_BYTES) ? ofBytes(content, 0, length, seed) : ofNode(content, seed)
  }
  const own = isOwn(length, SHORT_LENGTH) ? ofAscii(content, seed) : undefined
  return own ?? ofNode(content, seed)
}

/** Of some of the bytes. */
export function crc32Of(bytes: Uint8Array, start: number, end: number): number {
  return isOwn(end - start, SHORT_BYTES) ? ofBytes(bytes, start, end, 0) : ofNode(bytes.subarray(start, end), 0)
}

/** Whether it is counted here, by its length. */
function isOwn(length: number, shortLength: number): boolean {
  if (length <= shortLength) return true
  if (length > ownLeft) return false
  ownLeft -= length
  return true
}

function ofNode(content: string | Uint8Array, seed: number): number {
  ownLeft = 0
  return nativeCrc32(content, seed)
}

function ofBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let crc = ~seed
  let at = start
  for (; at + 8 <= end; at += 8) {
    crc =
      row(7, crc ^ byteAt(bytes, at)) ^
      row(6, (crc >>> 8) ^ byteAt(bytes, at + 1)) ^
      row(5, (crc >>> 16) ^ byteAt(bytes, at + 2)) ^
      row(4, (crc >>> 24) ^ byteAt(bytes, at + 3)) ^
      row(3, byteAt(bytes, at + 4)) ^
      row(2, byteAt(bytes, at + 5)) ^
      row(1, byteAt(bytes, at + 6)) ^
      row(0, byteAt(bytes, at + 7))
  }
  for (; at < end; at++) crc = step(crc, byteAt(bytes, at))
  return ~crc >>> 0
}

/** Undefined when it is not ASCII. */
function ofAscii(text: string, seed: number): number | undefined {
  let crc = ~seed
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 127) return undefined
    crc = step(crc, code)
  }
  return ~crc >>> 0
}

function step(crc: number, byte: number): number {
  return row(0, crc ^ byte) ^ (crc >>> 8)
}

/** @param behind bytes behind this one */
function row(behind: number, byte: number): number {
  return TABLE[behind * 256 + (byte & 0xff)] ?? 0
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}
