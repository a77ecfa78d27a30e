/**
 * How a user's key, tag and namespace become the one text a backend stores under, and back.
 *
 *   root key        user:7            itself; `=` goes before it when it begins with `#`, `[` or `=`
 *   structured key  ["user",7,        `[` and the parts (key-part.ts)
 *   in a namespace  #app/panel/=user:7   `#`, the path, then `=` text or `[` parts
 *
 * The first character decides the kind, path segments are percent-encoded and end in `/`, so no two keys, and no two
 * namespaces, ever share a text. Root text keys are stored as they are: the commonest hit builds no string.
 */
import { describe, UsageError } from './errors.ts'
import { decodeParts, encodeParts, type KeyPart } from './key-part.ts'

/** A text, or parts that are compared by value. */
export type Key = string | readonly KeyPart[]

/** Bytes of UTF-8 a stored key may have, namespace included. */
export const MAX_KEY_BYTES = 16_384
export const MAX_TAG_BYTES = 1_024
export const MAX_TAG_COUNT = 64
const MAX_NAMESPACE_DEPTH = 8
const MAX_NAMESPACE_LENGTH = 256

/** One namespace's view of the key space; the root's path is empty. */
export class KeySpace {
  /** `''` for the root, else `#` and the path: what every key of this namespace begins with. */
  readonly root: string
  /** The path and its ancestors as generation tags: every entry carries them, so that clearing is one version. */
  readonly generationTags: readonly string[]
  /** What an entry carries that says nothing of tags: generation tags, and those that the cache gives to every entry. */
  readonly entryTags: readonly string[]
  readonly #path: readonly string[]
  readonly #defaultTags: readonly string[]

  /** @param defaultTags the user's, checked: every namespace has them as tags of its own. */
  constructor(path: readonly string[] = [], defaultTags: readonly string[] = []) {
    const roots = path.map(
      (_, at) =>
        `#${path
          .slice(0, at + 1)
          .map(encodeURIComponent)
          .join('/')}/`,
    )
    this.#path = path
    this.root = roots.at(-1) ?? ''
    this.generationTags = roots
    this.#defaultTags = defaultTags
    this.entryTags = [...roots, ...new Set(this.storageTags(defaultTags))]
  }

  /** @throws UsageError when the name is empty, ill-formed or too long, or the path too deep. */
  child(name: string): KeySpace {
    if (typeof name !== 'string' || name.length === 0 || name.length > MAX_NAMESPACE_LENGTH || !name.isWellFormed()) {
      throw new UsageError(
        `namespace: ${describe(name)} is not a name; allowed: 1 to ${MAX_NAMESPACE_LENGTH} well-formed characters`,
      )
    }
    if (this.#path.length >= MAX_NAMESPACE_DEPTH) {
      throw new UsageError(`namespace: '${name}' would nest deeper than ${MAX_NAMESPACE_DEPTH}`)
    }
    return new KeySpace([...this.#path, name], this.#defaultTags)
  }

  /** @throws UsageError when the key is ill-formed, empty parts, or longer than MAX_KEY_BYTES. */
  storageKey(key: Key): string {
    const text = typeof key === 'string' ? this.#text('key', key) : this.root + partsText('key', key)
    requireLength('key', text, MAX_KEY_BYTES)
    return text
  }

  /**
   * Where a key would be looked for: its storage key, not checked where that costs. What {@link storageKey} refuses is
   * stored nowhere, so that a search for its place in memory finds nothing.
   */
  placeOf(key: Key): string {
    return typeof key === 'string' ? this.#placed(key) : this.storageKey(key)
  }

  /** What the keys beginning with `prefix` begin with in storage. @throws UsageError when it is empty. */
  storagePrefix(prefix: Key): string {
    if (prefix?.length === 0) throw new UsageError('prefix: empty; to drop everything say { all: true }')
    return typeof prefix === 'string' ? this.#text('prefix', prefix) : this.root + partsText('prefix', prefix)
  }

  /** @throws UsageError when the tag is empty, ill-formed or longer than MAX_TAG_BYTES. */
  storageTag(tag: string): string {
    if (typeof tag !== 'string' || tag.length === 0) {
      throw new UsageError(`tags: ${describe(tag)} is not a tag; allowed: non-empty text`)
    }
    requireLength('tags', tag, MAX_TAG_BYTES)
    return this.#text('tags', tag)
  }

  /** As {@link storageTag}, each; a hole is none. @throws UsageError */
  storageTags(tags: readonly string[]): string[] {
    return Array.from(tags, (tag) => this.storageTag(tag))
  }

  /** The user's key of a stored one, or undefined when it is not directly in this namespace. */
  userKey(storageKey: string): Key | undefined {
    if (!storageKey.startsWith(this.root)) return undefined
    const body = storageKey.slice(this.root.length)
    return body.startsWith('[') ? partsOf(body.slice(1)) : textKeyOf(storageKey, this.root)
  }

  /** The user's tags among stored ones: neither generation tags nor other namespaces' tags. */
  userTags(storageTags: readonly string[]): readonly string[] {
    return storageTags.map((tag) => textKeyOf(tag, this.root)).filter((tag) => tag !== undefined)
  }

  #text(option: string, text: string): string {
    if (!text.isWellFormed()) {
      throw new UsageError(
        `${option}: ${describe(text.toWellFormed())} holds a lone surrogate, which has no UTF-8 form`,
      )
    }
    return this.#placed(text)
  }

  #placed(text: string): string {
    if (this.root !== '') return `${this.root}=${text}`
    return isReserved(text) ? `=${text}` : text
  }
}

/** What events and scans call a key, as its caller knows it; undefined for text that no key is stored under. */
export function readStorageKey(
  storageKey: string,
): { readonly namespace: readonly string[]; readonly key: Key } | undefined {
  // Names are percent-encoded, so that the first `=` or `[` ends the path.
  const [root = ''] = /^#(?:[^=[/]+\/)+/.exec(storageKey) ?? []
  const names = root === '' ? [] : root.slice(1, -1).split('/').map(decodedName)
  const namespace = names.filter((name) => name !== undefined)
  if (namespace.length < names.length) return undefined
  const key = new KeySpace(namespace).userKey(storageKey)
  return key === undefined ? undefined : { namespace, key }
}

/** The inverse: what a key is stored under. @throws UsageError for names and keys that a cache would refuse. */
export function writeStorageKey(namespace: readonly string[], key: Key): string {
  return namespace.reduce((space, name) => space.child(name), new KeySpace()).storageKey(key)
}

function decodedName(name: string): string | undefined {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined // Not a name of ours, as encodeURIComponent writes none like it.
  }
}

/** The user's text of a stored text key directly under `root`; undefined for any other stored key. */
export function textKeyOf(storageKey: string, root: string): string | undefined {
  if (!storageKey.startsWith(root)) return undefined
  const mark = storageKey.charCodeAt(root.length)
  if (mark === 0x3d /* = */) return storageKey.slice(root.length + 1)
  return root === '' && !isReserved(storageKey) ? storageKey : undefined
}

function isReserved(text: string): boolean {
  const first = text.charCodeAt(0)
  return first === 0x23 /* # */ || first === 0x5b /* [ */ || first === 0x3d /* = */
}

/** Undefined for text that no key is stored under: somebody else's, or damage. */
function partsOf(text: string): Key | undefined {
  try {
    return decodeParts(text)
  } catch {
    return undefined // Not a key of ours; a listing passes it over.
  }
}

function partsText(option: string, parts: readonly KeyPart[]): string {
  if (!Array.isArray(parts)) {
    throw new UsageError(`${option}: ${describe(parts)} is not a key; allowed: text or an array of parts`)
  }
  if (parts.length === 0) throw new UsageError(`${option}: an empty array is not a key`)
  return `[${encodeParts(parts)}`
}

function requireLength(option: string, text: string, maxBytes: number): void {
  // A UTF-16 unit is at most 3 bytes of UTF-8, so short texts need no counting.
  if (text.length * 3 <= maxBytes) return
  const bytes = Buffer.byteLength(text)
  if (bytes > maxBytes) throw new UsageError(`${option}: ${bytes} bytes of UTF-8 is too long; allowed: ${maxBytes}`)
}

const ROOT = new KeySpace()

/** A key as one text, equal for keys of equal value. @throws UsageError when it is no key */
export function keyText(key: Key): string {
  return ROOT.storageKey(key)
}

/** The same for parts of any length: for those who keep a hash of it. */
export function keyPartsText(parts: readonly KeyPart[]): string {
  return partsText('key', parts)
}

/** What to call a key where people read it: text itself, parts as a list. Made for whatever is given, unchecked. */
export function keyName(key: Key): string {
  if (typeof key === 'string') return key
  try {
    return keyText(key).replace(/,$/, ']')
  } catch {
    return describe(key) // What is wrong with it is said where it is used.
  }
}
