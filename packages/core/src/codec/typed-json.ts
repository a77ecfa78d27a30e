/**
 * Typed JSON: JSON that says what JSON alone cannot, in texts and arrays that begin with a tilde.
 *
 *   "~~text"                 a text that begins with a tilde
 *   "~u"  "~f-0"  "~iff"     undefined; a number JSON has not (NaN, -0, ...); a bigint in hexadecimal, `~i-ff` below zero
 *   "~d0"  "~rgi/a"  "~lhref"  a date in ms or NaN; a regular expression, flags first; a URL
 *   "~bInt8Array:AQI="       bytes and the class they are of
 *   "~h"                     a hole of an array
 *   "~@3"                    the fourth object in the order in which objects begin: shared parts stay shared, cycles end
 *   ["~#map", key, value, ...]  ["~#set", member, ...]  ["~#bare", {...}]  ["~#error", class name, {...}]
 *   ["~#fields", name, value, ...]  an object with a name that is not verbatim; of bare ones and errors the same in place of {...}
 *
 * Names of properties have no mark. Reading can make no class but those named here, and runs no code.
 */

/** How a text begins that is not meant as it stands. */
export const MARK = '~'
export const MARK_CODE = 0x7e

/** The second character of a marked text. */
export const TAG = {
  text: '~',
  undefined: 'u',
  number: 'f',
  bigint: 'i',
  date: 'd',
  regExp: 'r',
  url: 'l',
  bytes: 'b',
  hole: 'h',
  reference: '@',
} as const

/** First elements of arrays that are not arrays. */
export const MAP = '~#map'
export const SET = '~#set'
export const BARE = '~#bare'
export const ERROR = '~#error'
export const FIELDS = '~#fields'

/**
 * Whether JSON has the name as it is. One with an escape is no name in what is written: `JSON.parse` of Node 24 and 26 may take it for another
 * that it has met before, as "\n" for "\\" (nodejs/node#63785).
 */
export function isVerbatim(name: string): boolean {
  return JSON.stringify(name).length === name.length + 2
}

/** Parts nest at most this deep: well inside what the stack carries, both ways. */
export const MAX_DEPTH = 500

/** Holes an array may have: a length is written in a few characters, and must not cost gigabytes. */
export const MAX_HOLES = 10_000

/** Unicode property escapes in all regular expressions of a value: each takes up to 2 ms of the constructor (Node 24). */
const MAX_PROPERTY_ESCAPES = 50

export const SPECIAL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

/** What bytes may be: name of the class and how to make one from a buffer that begins at 0. */
export const BYTE_CLASSES: ReadonlyMap<string, (buffer: ArrayBuffer) => object> = new Map<
  string,
  (buffer: ArrayBuffer) => object
>([
  ['ArrayBuffer', (buffer) => buffer],
  ['Buffer', (buffer) => Buffer.from(buffer)],
  ['DataView', (buffer) => new DataView(buffer)],
  ['Uint8Array', (buffer) => new Uint8Array(buffer)],
  ['Uint8ClampedArray', (buffer) => new Uint8ClampedArray(buffer)],
  ['Int8Array', (buffer) => new Int8Array(buffer)],
  ['Uint16Array', (buffer) => new Uint16Array(buffer)],
  ['Int16Array', (buffer) => new Int16Array(buffer)],
  ['Uint32Array', (buffer) => new Uint32Array(buffer)],
  ['Int32Array', (buffer) => new Int32Array(buffer)],
  ['Float32Array', (buffer) => new Float32Array(buffer)],
  ['Float64Array', (buffer) => new Float64Array(buffer)],
  ['BigInt64Array', (buffer) => new BigInt64Array(buffer)],
  ['BigUint64Array', (buffer) => new BigUint64Array(buffer)],
])

/** Error classes that come back as themselves; any other error comes back as an Error that keeps its name. */
export const ERROR_CLASSES: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>([
  ['Error', Error],
  ['EvalError', EvalError],
  ['RangeError', RangeError],
  ['ReferenceError', ReferenceError],
  ['SyntaxError', SyntaxError],
  ['TypeError', TypeError],
  ['URIError', URIError],
])

/** Counts the property escapes of one value. */
export class RegExpBudget {
  #escapeCount = 0

  /** @throws TypeError when the expressions of the value would take too long to make. */
  spend(source: string): void {
    this.#escapeCount += source.match(/\\p/gi)?.length ?? 0
    if (this.#escapeCount > MAX_PROPERTY_ESCAPES) {
      throw new TypeError(`regular expressions with more than ${MAX_PROPERTY_ESCAPES} property escapes cannot be kept`)
    }
  }
}
