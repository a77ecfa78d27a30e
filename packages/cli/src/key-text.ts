/** Keys between the command line, where they are texts, and the cache, where they may have parts. */
import { type Key, type KeyPart, readStorageKey } from '@stowage/core'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { harmless, jsonText, shown } from './terminal.ts'

/** @param isParts whether the text is the JSON of a key's parts. @throws Failure */
export function keyOf(text: string, isParts: boolean | undefined): Key {
  if (isParts !== true) return text
  const parts = partsOf(text)
  if (isPartList(parts)) return parts
  throw new Failure(
    EXIT_CODES.usage,
    `key: '${text}' are no parts; allowed with --parts: a JSON array, e.g. '["user",7]'`,
  )
}

/** What parts may be is for the cache to say. */
function isPartList(value: unknown): value is readonly KeyPart[] {
  return Array.isArray(value)
}

function partsOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Failure(EXIT_CODES.usage, `key: '${text}' is no JSON; allowed with --parts: e.g. '["user",7]'`, { cause })
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

export function fullText({ namespace, key }: NamedKey): string {
  const path = namespace.map((name) => `${harmless(name)}/`).join('')
  return `${path === '' ? '' : shown('dim', path)}${keyText(key)}`
}
