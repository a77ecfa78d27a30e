/**
 * Keys of an index as text that orders as they do: numbers by size, then texts by their code points, then lists of these, element by
 * element. Every key has one text and every text one key.
 *
 * A number is its IEEE bits, turned so that they order as text. In texts the two lowest characters are escaped, so that the end mark
 * is before everything that a longer text could go on with.
 */
import { describe, UsageError } from '@stowage/core'

export type IndexKey = string | number | readonly (string | number)[]

const NUMBER = 'n'
const TEXT = 's'
const LIST = 't'
const ESCAPE = '\u0001'
const END = '\u0001\u0001'
const NUMBER_DIGITS = 16
const MAX_BYTES = 8_192
const LAST_POINT = 0x10ffff
const FIRST_SURROGATE = 0xd800
const AFTER_SURROGATES = 0xe000

/** @throws UsageError for what is no key */
export function writeKey(key: IndexKey): string {
  const text = Array.isArray(key) ? LIST + Array.from(key, writeElement).join('') : writeElement(key)
  if (Buffer.byteLength(text) > MAX_BYTES) throw new UsageError(`key: it is longer than ${MAX_BYTES} bytes`)
  return text
}

/** What the texts of all keys begin with that begin so: texts by their characters, lists by their elements. */
export function writePrefix(prefix: IndexKey): string {
  const text = writeKey(prefix)
  return typeof prefix === 'string' ? text.slice(0, -END.length) : text
}

/** The first text behind all that begin so. */
export function afterPrefix(prefix: string): string {
  const characters = [...prefix]
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const point = last.codePointAt(0) ?? 0
    if (point === LAST_POINT) continue
    const next = point + 1 === FIRST_SURROGATE ? AFTER_SURROGATES : point + 1
    return characters.join('') + String.fromCodePoint(next)
  }
  throw new UsageError('prefix: nothing comes behind it')
}

function writeElement(part: unknown): string {
  if (typeof part === 'number' && !Number.isNaN(part)) return NUMBER + bitsOf(part)
  if (typeof part === 'string' && part.isWellFormed()) return TEXT + escaped(part) + END
  throw new UsageError(`key: ${describe(part)} is no key; allowed: texts, numbers but NaN, and lists of these`)
}

export function readKey(text: string): IndexKey {
  if (!text.startsWith(LIST)) return readElement(text, 0).part
  const parts: (string | number)[] = []
  for (let at = 1; at < text.length; ) {
    const { part, end } = readElement(text, at)
    parts.push(part)
    at = end
  }
  return parts
}

function readElement(text: string, at: number): { readonly part: string | number; readonly end: number } {
  if (text[at] === NUMBER) {
    const end = at + 1 + NUMBER_DIGITS
    return { part: numberOf(text.slice(at + 1, end)), end }
  }
  const end = text.indexOf(END, at)
  return { part: unescaped(text.slice(at + 1, end)), end: end + END.length }
}

/** Behind the escape, which is never doubled in it: the end mark is the only place where two stand together. */
function escaped(text: string): string {
  return text.replaceAll('\u0001', `${ESCAPE}\u0003`).replaceAll('\u0000', `${ESCAPE}\u0002`)
}

function unescaped(text: string): string {
  return text.replaceAll(`${ESCAPE}\u0002`, '\u0000').replaceAll(`${ESCAPE}\u0003`, '\u0001')
}

const view = new DataView(new ArrayBuffer(8))

function bitsOf(number: number): string {
  // Zero has two forms and one place.
  view.setFloat64(0, number === 0 ? 0 : number)
  const bits = view.getBigUint64(0)
  const isNegative = bits >> 63n === 1n
  const turned = isNegative ? BigInt.asUintN(64, ~bits) : bits | (1n << 63n)
  return turned.toString(16).padStart(NUMBER_DIGITS, '0')
}

function numberOf(text: string): number {
  const turned = BigInt(`0x${text}`)
  const isNegative = turned >> 63n === 0n
  view.setBigUint64(0, isNegative ? BigInt.asUintN(64, ~turned) : turned & ~(1n << 63n))
  return view.getFloat64(0)
}
