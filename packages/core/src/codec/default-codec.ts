/**
 * The default codec: whatever DESIGN's value list names comes back as it was, and plain JSON values cost plain JSON.
 *
 * One walk finds out whether JSON keeps the value exactly (plain.ts). If so, JSON it is. Bytes pass through uncopied.
 * All else (Date, Map, undefined inside objects, cycles, ...) is written as typed JSON (typed-json.ts).
 */
import type { Codec } from './codec.ts'
import { isPlain } from './plain.ts'
import { isVerbatim } from './typed-json.ts'
import { fromTypedJson } from './typed-reader.ts'
import { toTypedJson } from './typed-writer.ts'

/** The longest text that is written or read. Bytes pass through whatever their length. */
const MAX_TEXT_LENGTH = 128 * 1_048_576

export const defaultCodec: Codec = {
  name: 'stowage',
  encode(value) {
    if (value instanceof Uint8Array) {
      if (Buffer.isBuffer(value)) return { format: 'buffer', body: requireThere(value) }
      if (Object.getPrototypeOf(value) === Uint8Array.prototype) return { format: 'bytes', body: requireThere(value) }
    }
    const body = isPlain(value) ? readableJson(value) : undefined
    return body === undefined ? { format: 'typed', body: typedJson(value) } : { format: 'json', body }
  },
  decode({ format, body }) {
    if (typeof body === 'string') {
      const parsed: unknown = JSON.parse(requireLength(body))
      if (format === 'json') return parsed
      if (format === 'typed') return fromTypedJson(parsed)
    } else {
      if (format === 'bytes') return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
      if (format === 'buffer') return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    }
    throw new TypeError(`format '${format}' is not one of json, typed, bytes, buffer`)
  },
}

/** @throws TypeError for bytes whose buffer was transferred, or has become too short for them: they look empty, and are not */
function requireThere(bytes: Uint8Array): Uint8Array {
  // Only what is there can be copied.
  if (bytes.length === 0) Uint8Array.from(bytes)
  return bytes
}

function typedJson(value: unknown): string {
  return readableJson(toTypedJson(value)) ?? requireLength(JSON.stringify(toTypedJson(value, 'listed')))
}

/** Undefined where a name in it is not verbatim: most texts show by a glance that none is. */
function readableJson(plain: unknown): string | undefined {
  const text = requireLength(JSON.stringify(plain))
  return !text.includes('\\') || isPlain(plain, isVerbatim) ? text : undefined
}

/** @throws TypeError when the text is longer than what is read back */
function requireLength(text: string): string {
  if (text.length > MAX_TEXT_LENGTH) {
    throw new TypeError(`${text.length} characters of JSON are too many; allowed: ${MAX_TEXT_LENGTH}`)
  }
  return text
}
