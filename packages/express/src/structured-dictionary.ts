/**
 * Dictionaries of structured fields (RFC 9651, 3.2), as CDN-Cache-Control is one. What is not well-formed as a whole is
 * nothing at all. Parameters and inner lists are read past: no cache directive has them. Linear, and never throws.
 */

export type DictionaryValue = number | string | boolean | 'unused'

const KEY = /[a-z*][a-z0-9_\-.*]*/y
const NUMBER = /-?\d{1,15}(?:\.\d{1,3})?/y
const DATE = /@-?\d{1,15}/y
const STRING = /"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/y
const TOKEN = /[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*/y
const BYTES = /:[A-Za-z0-9+/=]*:/y
const BOOLEAN = /\?[01]/y
const SPACE = /[ \t]*/y

class Cursor {
  readonly #text: string
  at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  takeChar(char: string): boolean {
    const isThere = this.#text[this.at] === char
    if (isThere) this.at++
    return isThere
  }
}

/** The members of a dictionary by key, the last of a name; undefined when the text is none. */
export function parseDictionary(text: string): ReadonlyMap<string, DictionaryValue> | undefined {
  const members = new Map<string, DictionaryValue>()
  const cursor = new Cursor(text.trim())
  while (!cursor.isAtEnd) {
    const key = cursor.take(KEY)
    if (key === undefined) return undefined
    const value = cursor.takeChar('=') ? takeValue(cursor) : true
    if (value === undefined || !passParameters(cursor)) return undefined
    members.set(key, value)
    cursor.take(SPACE)
    if (cursor.isAtEnd) return members
    if (!cursor.takeChar(',')) return undefined
    cursor.take(SPACE)
    if (cursor.isAtEnd) return undefined
  }
  return members
}

function takeValue(cursor: Cursor): DictionaryValue | undefined {
  return cursor.takeChar('(') ? passList(cursor) : takeItem(cursor)
}

function takeItem(cursor: Cursor): DictionaryValue | undefined {
  const digits = cursor.take(NUMBER)
  if (digits !== undefined) return Number(digits)
  const flag = cursor.take(BOOLEAN)
  if (flag !== undefined) return flag === '?1'
  const text = cursor.take(STRING) ?? cursor.take(TOKEN) ?? cursor.take(BYTES) ?? cursor.take(DATE)
  return text === undefined ? undefined : 'unused'
}

function passList(cursor: Cursor): 'unused' | undefined {
  for (;;) {
    cursor.take(SPACE)
    if (cursor.takeChar(')')) return 'unused'
    if (takeItem(cursor) === undefined || !passParameters(cursor)) return undefined
  }
}

function passParameters(cursor: Cursor): boolean {
  while (cursor.takeChar(';')) {
    cursor.take(SPACE)
    if (cursor.take(KEY) === undefined) return false
    if (cursor.takeChar('=') && takeItem(cursor) === undefined) return false
  }
  return true
}
