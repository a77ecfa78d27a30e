/**
 * Structured keys: parts written as canonical text, and read back.
 *
 * The text is injective (different parts never give the same text: `['a','b']` is not `['a,b']`, `1` is not `'1'` nor
 * `1n`, a missing property is not an undefined one) and canonical (object keys are sorted by code unit, `-0` is `0`).
 * Each part ends in a comma, so that the text of `['a']` is a prefix of the text of `['a','b']` and of nothing else.
 */
import { describe, UsageError } from './errors.ts'

export type KeyPart =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | readonly KeyPart[]
  | { readonly [name: string]: KeyPart }

/** Parts nest at most this deep; a cycle ends here too. */
const MAX_DEPTH = 32

/** @throws UsageError when a part is of another type, ill-formed, cyclic or nested deeper than MAX_DEPTH. */
export function encodeParts(parts: readonly KeyPart[]): string {
  if (!isWholeList(parts)) throw hidden()
  let text = ''
  for (const part of parts) text += `${encodePart(part, 1)},`
  return text
}

function encodePart(part: KeyPart, depth: number): string {
  if (depth > MAX_DEPTH) throw new UsageError(`key: parts nest deeper than ${MAX_DEPTH} or contain themselves`)
  switch (typeof part) {
    case 'string':
      if (!part.isWellFormed()) throw new UsageError('key: a part holds a lone surrogate, which has no UTF-8 form')
      return JSON.stringify(part)
    case 'number':
      return Object.is(part, -0) ? '0' : String(part)
    case 'bigint':
      return `${part}n`
    case 'boolean':
    case 'undefined':
      return String(part)
    case 'object':
      return part === null ? 'null' : encodeObject(part, depth)
    default:
      throw new UsageError(
        `key: ${describe(part)} cannot be part of a key; allowed: text, numbers, bigint, boolean, null, undefined, Date, arrays and plain objects of these`,
      )
  }
}

function encodeObject(part: Date | readonly KeyPart[] | { readonly [name: string]: KeyPart }, depth: number): string {
  if (part instanceof Date) {
    if (Reflect.ownKeys(part).length > 0)
      throw new UsageError('key: a Date with properties of its own cannot be part of a key')
    if (Number.isNaN(part.getTime())) throw new UsageError('key: an invalid Date cannot be part of a key')
    return `@${part.getTime()}`
  }
  if (isParts(part)) return `[${listText(part, depth)}]`
  const prototype: unknown = Object.getPrototypeOf(part)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new UsageError(
      `key: an instance of ${part.constructor?.name ?? 'a class'} cannot be part of a key; use a plain object`,
    )
  }
  return `{${fieldsText(part, depth)}}`
}

function listText(list: readonly KeyPart[], depth: number): string {
  if (!isWholeList(list)) throw hidden()
  let text = ''
  for (let at = 0; at < list.length; at++) {
    const item = encodePart(list[at], depth + 1)
    text = at === 0 ? item : `${text},${item}`
  }
  return text
}

function fieldsText(part: { readonly [name: string]: KeyPart }, depth: number): string {
  const names = Object.keys(part)
  if (Reflect.ownKeys(part).length > names.length) throw hidden()
  let text = ''
  for (const name of names.length > 1 ? names.sort() : names) {
    const field = `${encodePart(name, depth)}:${encodePart(part[name], depth + 1)}`
    text = text === '' ? field : `${text},${field}`
  }
  return text
}

/** Parts that differ in nothing that is written would be one key. */
function hidden(): UsageError {
  return new UsageError('key: a part has properties that are no part of its text; allowed: enumerable ones under texts')
}

/** Whether all that an array holds stands at its indices. */
function isWholeList(list: readonly KeyPart[]): boolean {
  if (Object.getPrototypeOf(list) !== Array.prototype) return false
  const names = Reflect.ownKeys(list)
  // Indices come first and in order: where the last one is in its place, there are no holes, and with `length` that is all.
  const isDense =
    names.length === list.length + 1 && (list.length === 0 || names[list.length - 1] === `${list.length - 1}`)
  return isDense || names.every((name) => typeof name === 'string' && (name === 'length' || isIndex(name)))
}

/** Holes count as undefined, which they read as. */
function isIndex(name: string): boolean {
  return /^\d+$/.test(name)
}

function isParts(part: readonly KeyPart[] | { readonly [name: string]: KeyPart }): part is readonly KeyPart[] {
  return Array.isArray(part)
}

/** Reads what {@link encodeParts} wrote. @throws SyntaxError on any other text. */
export function decodeParts(text: string): KeyPart[] {
  const reader = new PartReader(text)
  const parts: KeyPart[] = []
  while (!reader.atEnd) {
    parts.push(reader.part())
    reader.expect(',')
  }
  return parts
}

class PartReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  expect(mark: string): void {
    if (!this.#take(mark)) throw new SyntaxError(`expected ${mark} at ${this.#at} of a stored key`)
  }

  part(): KeyPart {
    if (this.#take('[')) return this.#list(']', () => this.part())
    if (this.#take('{')) return Object.fromEntries(this.#list('}', () => this.#field()))
    if (this.#text[this.#at] === '"') return this.#string()
    return scalarOf(this.#match(/[^,:\]}]+/y))
  }

  #field(): [string, KeyPart] {
    const name = this.#string()
    this.expect(':')
    return [name, this.part()]
  }

  #list<T>(end: string, item: () => T): T[] {
    const items: T[] = []
    while (!this.#take(end)) {
      if (items.length > 0) this.expect(',')
      items.push(item())
    }
    return items
  }

  #string(): string {
    const parsed: unknown = JSON.parse(this.#match(/"(?:[^"\\]|\\.)*"/y))
    return String(parsed)
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [found] = pattern.exec(this.#text) ?? []
    if (found === undefined) throw new SyntaxError(`no key part at ${this.#at} of a stored key`)
    this.#at += found.length
    return found
  }

  #take(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false
    this.#at++
    return true
  }
}

const NAMED: ReadonlyMap<string, KeyPart> = new Map<string, KeyPart>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
])

function scalarOf(text: string): KeyPart {
  if (NAMED.has(text)) return NAMED.get(text)
  if (text.startsWith('@')) return new Date(Number(text.slice(1)))
  if (/^-?\d+n$/.test(text)) return BigInt(text.slice(0, -1))
  if (text !== 'NaN' && Number.isNaN(Number(text))) throw new SyntaxError(`${text} is no part of a stored key`)
  return Number(text)
}
