/** Keys between the command line, where they are texts, and the cache, where they may have parts. */
import { type Key, type KeyPart, readStorageKey, writeStorageKey } from '@stowage/core'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { harmless, jsonText, shown, steerless } from './terminal.ts'

/**
 * @param isJson whether the text is the key as JSON: an array of its parts, or the text of one that a shell can hardly be given.
 * Parts that JSON does not know are written as core writes them: `7n`, `undefined`, `@1767225600000` for a Date.
 * @throws Failure
 */
export function keyOf(text: string, isJson: boolean | undefined, option = 'key'): Key {
  if (isJson !== true) return text
  const key = /^\[.*\]$/s.test(text) ? partsOf(text) : parsed(text)
  if (typeof key === 'string' || isPartList(key)) return key
  throw new Failure(
    EXIT_CODES.usage,
    `${option}: '${text}' is no JSON of a key; allowed with --parts: e.g. '["user",7]', or '"a text"'`,
  )
}

/** The first characters of text keys, or as JSON the first parts of others. @throws Failure */
export function prefixOf(text: string, isJson: boolean | undefined): Key {
  const prefix = keyOf(text, isJson, '--prefix')
  if (prefix.length > 0) return prefix
  throw new Failure(EXIT_CODES.usage, '--prefix: empty; allowed: what keys begin with')
}

/**
 * The names of namespaces, outermost first.
 *
 * @param isJson whether one that begins with a `"` is a JSON text, for names that a shell can hardly be given
 * @throws Failure
 */
export function namespaceOf(names: readonly string[], isJson: boolean | undefined): readonly string[] {
  if (isJson !== true) return names
  return names.map((text) => {
    const name = text.startsWith('"') ? parsed(text) : text
    if (typeof name === 'string') return name
    throw new Failure(EXIT_CODES.usage, `--namespace: '${text}' is no JSON of a text; allowed: e.g. '"a name"'`)
  })
}

/** What parts may be is for the cache to say. */
function isPartList(value: unknown): value is readonly KeyPart[] {
  return Array.isArray(value)
}

function partsOf(text: string): unknown {
  return parsed(text) ?? readStorageKey(`${text.slice(0, -1)},`)?.key
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // An array may have parts that JSON does not know; all else is refused.
  }
}

/** For a text that was not found and looks as the listing shows keys of parts. */
export function partsHint(key: Key): string {
  return typeof key === 'string' && /^\[.*\]$/.test(key) ? '; a key of parts is given with --parts' : ''
}

export function keyText(key: Key): string {
  return harmless(typeof key === 'string' ? key : jsonText(key))
}

export interface NamedKey {
  readonly namespace: readonly string[]
  readonly key: Key
}

/** What is stored under no key of a cache, by another program say, is shown as it is. */
export function namedKey(storageKey: string): NamedKey {
  return readStorageKey(storageKey) ?? { namespace: [], key: storageKey }
}

/** Tags of the entry's own namespace; those of its ancestors' clearing are nobody's. */
export function userTags(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => {
    const named = readStorageKey(tag)
    return typeof named?.key === 'string' ? [named.key] : []
  })
}

/** By what arguments `get`, `set` and `delete` are told this key, behind the store, as a shell takes them. */
export function argumentsText({ namespace, key }: NamedKey): string {
  const isText = typeof key === 'string' && [key, ...namespace].every((text) => harmless(text) === text)
  const word = shellWord(isText ? key : jsonOf(key))
  const nameWord = (name: string) =>
    shellWord(isText || (harmless(name) === name && !name.startsWith('"')) ? name : jsonOf(name))
  const options = [...namespace.flatMap((name) => ['-n', nameWord(name)]), ...(isText ? [] : ['--parts'])]
  const said = options.length === 0 ? '' : shown('dim', options.join(' '))
  // What begins like an option comes behind all options.
  const words = word.startsWith('-') ? [said, '--', word] : [word, said]
  return words.filter((each) => each !== '').join(' ')
}

/** How `--parts` is given a key that is no text: parts that JSON does not know are lost in a JSON of them. */
export function partsText(key: Key): string | undefined {
  return typeof key === 'string' ? undefined : jsonOf(key)
}

/** What {@link keyOf} reads, of whatever parts. */
function jsonOf(key: Key): string {
  const text = typeof key === 'string' ? JSON.stringify(key) : writeStorageKey([], key).replace(/,$/, ']')
  return steerless(text)
}

/** As it is where no shell sees more in it, else in quotes. */
function shellWord(text: string): string {
  return /^[\p{L}\p{N}_@:,./-][\p{L}\p{N}_@%+=:,./-]*$/u.test(text)
    ? text
    : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
