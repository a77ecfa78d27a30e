/**
 * CRC-32 (ISO 3309). Node's own reads 10 bytes in a nanosecond once it runs, and takes 200 to get there (measured, 2026-11), so that
 * what is short is counted here.
 */
import { crc32 as nativeCrc32 } from './builtins.ts'

/** Longer runs of bytes are Node's. */
const SHORT_BYTES = 64

const TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0)
  return crc
})

/** Of bytes, or of text as UTF-8; `seed`: that of what came before. */
export function crc32(content: string | Uint8Array, seed = 0): number {
  const short = typeof content === 'string' && content.length <= SHORT_BYTES ? ofAscii(content, seed) : undefined
  return short ?? nativeCrc32(content, seed)
}

/** Of some of the bytes. */
export function crc32Of(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > SHORT_BYTES) return nativeCrc32(bytes.subarray(start, end))
  let crc = -1
  for (let at = start; at < end; at++) crc = step(crc, bytes[at] ?? 0)
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
  return (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
}
