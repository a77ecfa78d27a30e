/**
 * A stored response: what is kept of it, and how it becomes the one value of a cache entry: the length of the head, the
 * head as JSON, the body's bytes. What comes back is checked in full, as a store can hold anything.
 */

import type { LargeBodyName } from './large-body.ts'

/** One field, its lines apart; the name in lower case. */
export type Field = readonly [name: string, value: string | readonly string[]]

/** When it may be served, fixed when it was stored. */
export interface Life {
  readonly responseAtMs: number
  /** Its age when it came. */
  readonly initialAgeMs: number
  readonly freshMs: number
  readonly staleWhileRevalidateMs: number
  readonly staleIfErrorMs: number
  readonly mustRevalidate: boolean
  readonly noCache: boolean
  /** Requests that have one of these fields pass by: nothing says that it may answer them, and it is not told apart by them. */
  readonly notFor: readonly Credential[]
}

/** Request fields that name their sender. */
export const CREDENTIALS = ['cookie', 'authorization'] as const

type Credential = (typeof CREDENTIALS)[number]

export interface ResponseHead {
  readonly status: number
  readonly fields: readonly Field[]
  /** Fields of what comes before the cache that the handler took away. */
  readonly removed?: readonly string[] | undefined
  readonly life: Life
  /** Set while it counts only if the URL's list of variants names it (variants.ts). */
  readonly nonce: string | undefined
  /** What invalidates it besides its URL: a 304 need not name them again, and those that are hidden are no fields. */
  readonly tags: readonly string[]
  /** Where its body is, when that is kept in parts (large-body.ts). */
  readonly large?: LargeBodyName | undefined
}

export interface StoredResponse extends ResponseHead {
  readonly body: Uint8Array
}

const HEAD_LENGTH_BYTES = 4

/** Read once where the backend gives the very same bytes at every hit. */
const unpacked = new WeakMap<Uint8Array, StoredResponse>()

export function packResponse(response: StoredResponse): Buffer {
  const { body, ...head } = response
  const text = Buffer.from(JSON.stringify(head))
  const packed = Buffer.allocUnsafeSlow(HEAD_LENGTH_BYTES + text.length + body.length)
  packed.writeUInt32BE(text.length)
  packed.set(text, HEAD_LENGTH_BYTES)
  packed.set(body, HEAD_LENGTH_BYTES + text.length)
  return packed
}

/** Undefined for what is no response. */
export function unpackResponse(value: unknown): StoredResponse | undefined {
  if (!(value instanceof Uint8Array)) return undefined
  const known = unpacked.get(value)
  if (known !== undefined) return known
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const bodyAt = bytes.length < HEAD_LENGTH_BYTES ? Infinity : HEAD_LENGTH_BYTES + bytes.readUInt32BE()
  if (bodyAt > bytes.length) return undefined
  const head = parsed(bytes.toString('utf8', HEAD_LENGTH_BYTES, bodyAt))
  if (!isHead(head)) return undefined
  const response = { ...head, nonce: head.nonce, body: bytes.subarray(bodyAt) }
  unpacked.set(value, response)
  return response
}

/** The value of a field of a stored response, its lines joined. */
export function storedField({ fields }: Pick<ResponseHead, 'fields'>, name: string): string | undefined {
  const found = fields.find(([each]) => each.toLowerCase() === name)?.[1]
  return found === undefined || typeof found === 'string' ? found : found.join(', ')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Not a head of ours: damage, or somebody else's value.
  }
}

function isHead(head: unknown): head is ResponseHead {
  if (!isObject(head)) return false
  const { status, fields, removed, life, nonce, tags, large } = head
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599
  return (
    isStatus &&
    Array.isArray(fields) &&
    fields.every(isField) &&
    (removed === undefined || (Array.isArray(removed) && removed.every((name) => typeof name === 'string'))) &&
    isLife(life) &&
    (nonce === undefined || typeof nonce === 'string') &&
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag === 'string') &&
    (large === undefined || isLargeBodyName(large))
  )
}

function isLargeBodyName(name: unknown): name is LargeBodyName {
  return isObject(name) && typeof name['id'] === 'string' && Number.isSafeInteger(name['sizeBytes'])
}

const TIMES = ['responseAtMs', 'initialAgeMs', 'freshMs', 'staleWhileRevalidateMs', 'staleIfErrorMs']
const FLAGS = ['mustRevalidate', 'noCache']

function isLife(life: unknown): life is Life {
  if (!isObject(life)) return false
  return (
    TIMES.every((name) => typeof life[name] === 'number' && life[name] >= 0) &&
    FLAGS.every((name) => typeof life[name] === 'boolean') &&
    isCredentialList(life['notFor'])
  )
}

function isCredentialList(list: unknown): boolean {
  return Array.isArray(list) && list.every((name) => CREDENTIALS.some((known) => known === name))
}

function isField(field: unknown): field is Field {
  if (!Array.isArray(field) || field.length !== 2 || typeof field[0] !== 'string') return false
  const value: unknown = field[1]
  return isSendable(value) || (Array.isArray(value) && value.every(isSendable))
}

/** A line break or NUL in a value would be refused where it is sent, or begin a field of its own. */
export function isSendable(value: unknown): boolean {
  return typeof value === 'string' && !UNSENDABLE.test(value)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const UNSENDABLE = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
