/**
 * A user's value as a record keeps it: one line that says its checksum, the codec's format and a note of the structure's own,
 * and the codec's body behind it. What is not as it was written is refused, never guessed.
 */
import { type Codec, CodecError, crc32, type SpaceValue } from '@stowage/core'

export interface Opened {
  readonly note: string
  readonly value: unknown
}

/** @param note without line breaks. @throws CodecError */
export function seal(codec: Codec, value: unknown, note: string): SpaceValue {
  try {
    if (value === undefined) throw new TypeError('undefined is not a value')
    const { format, body } = codec.encode(value)
    // It would come back as other text, with a checksum that fits.
    if (typeof body === 'string' && !body.isWellFormed()) throw new TypeError('text with a lone surrogate')
    if (!format.isWellFormed()) throw new TypeError('a format with a lone surrogate')
    const said = `${asWord(format)} ${note}\n`
    const line = `${crc32(body, crc32(said)).toString(36)} ${said}`
    return typeof body === 'string' ? line + body : Buffer.concat([Buffer.from(line), body])
  } catch (cause) {
    throw new CodecError({ direction: 'encode', codec: codec.name, cause })
  }
}

/** The note alone, also of what cannot be read otherwise. */
export function noteOf(sealed: SpaceValue): string {
  const line = lineOf(sealed)
  return line.split(' ').slice(2).join(' ')
}

/** @throws CodecError */
export function unseal(codec: Codec, sealed: SpaceValue): Opened {
  try {
    const { format, note, body } = opened(sealed)
    return { note, value: codec.decode({ format, body }) }
  } catch (cause) {
    throw new CodecError({ direction: 'decode', codec: codec.name, cause })
  }
}

/** Whether its bytes are the ones that were written, whatever codec wrote them. */
export function isWhole(sealed: SpaceValue): boolean {
  try {
    opened(sealed)
    return true
  } catch {
    // Being refused is the answer.
    return false
  }
}

function opened(sealed: SpaceValue): { readonly format: string; readonly note: string; readonly body: SpaceValue } {
  const line = lineOf(sealed)
  const [checksum, format = '', ...note] = line.split(' ')
  const body = bodyOf(sealed, line)
  const said = line.slice(line.indexOf(' ') + 1)
  if (crc32(body, crc32(`${said}\n`)).toString(36) !== checksum)
    throw new Error('its bytes are not the ones that were written')
  return { format: fromWord(format), note: note.join(' '), body }
}

/** What would end a word of the line, and may be in the name of a format; and what stands for it there. */
const NOT_OF_A_WORD = /[ \n%]/g
const STANDING_IN = /%(?:20|0A|25)/g

function asWord(format: string): string {
  return format.replaceAll(NOT_OF_A_WORD, encodeURIComponent)
}

function fromWord(word: string): string {
  return word.replaceAll(STANDING_IN, decodeURIComponent)
}

const LINE_BREAK = 10

function lineOf(sealed: SpaceValue): string {
  if (typeof sealed === 'string') return sealed.slice(0, Math.max(0, sealed.indexOf('\n')))
  return Buffer.from(sealed.subarray(0, Math.max(0, sealed.indexOf(LINE_BREAK)))).toString()
}

function bodyOf(sealed: SpaceValue, line: string): SpaceValue {
  if (typeof sealed === 'string') return sealed.slice(line.length + 1)
  return sealed.subarray(Buffer.byteLength(line) + 1)
}
