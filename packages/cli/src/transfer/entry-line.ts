/**
 * One line of an export: the first says what it is, then one for each entry, and the last that it is whole. An entry is
 * kept as its store has it, with its storage key and its checksum, so that any store can take it and damage on the way shows.
 */
import { type Encoded, type EntryFacts, isIntact, isOrdered, MAX_TAG_COUNT } from '@stowage/core'

import { type JsonFields, jsonFields } from '../json-fields.ts'

export interface MovedEntry {
  readonly key: string
  readonly facts: EntryFacts
  readonly encoded: Encoded
}

export type ExportLine =
  | { readonly line: 'begin'; readonly backend: string; readonly atMs: number }
  | { readonly line: 'entry'; readonly entry: MovedEntry }
  | { readonly line: 'end'; readonly entryCount: number }

const VERSION = 1

export function beginText(backend: string, atMs: number): string {
  return lineText({ stowage: 'begin', version: VERSION, backend, atMs })
}

/** @param entryCount of all lines before. */
export function endText(entryCount: number): string {
  return lineText({ stowage: 'end', entryCount })
}

export function entryText({ key, facts, encoded }: MovedEntry): string {
  const { format, body, checksum } = encoded
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, tags, version, fingerprint, slidingMs } = facts
  const held = typeof body === 'string' ? { text: body } : { base64: bufferOf(body).toString('base64') }
  return lineText({
    key,
    storedAtMs,
    staleAtMs,
    errorOnlyAtMs,
    expireAtMs,
    ...(tags.length === 0 ? {} : { tags }),
    version,
    fingerprint,
    slidingMs,
    format,
    ...held,
    checksum,
  })
}

/** Undefined for what is none, or none that is sound. */
export function readLine(text: string): ExportLine | undefined {
  const fields = jsonFields(text)
  if (fields === undefined) return undefined
  const { stowage, version, backend, atMs, entryCount } = fields
  if (stowage === undefined) {
    const entry = entryOf(fields)
    return entry === undefined ? undefined : { line: 'entry', entry }
  }
  if (stowage === 'begin' && version === VERSION && typeof backend === 'string' && typeof atMs === 'number') {
    return { line: 'begin', backend, atMs }
  }
  return stowage === 'end' && typeof entryCount === 'number' ? { line: 'end', entryCount } : undefined
}

function lineText(fields: object): string {
  return `${JSON.stringify(fields)}\n`
}

function entryOf(fields: JsonFields): MovedEntry | undefined {
  const { key, format, checksum } = fields
  const facts = factsOf(fields)
  const body = bodyOf(fields)
  if (typeof key !== 'string' || typeof format !== 'string' || typeof checksum !== 'number') return undefined
  if (facts === undefined || body === undefined) return undefined
  const encoded = { format, body, checksum }
  return isIntact(key, facts, encoded) ? { key, facts, encoded } : undefined
}

function factsOf(fields: JsonFields): EntryFacts | undefined {
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, tags = [], version, fingerprint, slidingMs } = fields
  if (!isInstant(storedAtMs) || !isInstant(staleAtMs) || !isInstant(errorOnlyAtMs) || !isInstant(expireAtMs)) {
    return undefined
  }
  if (!isTextList(tags) || tags.length > MAX_TAG_COUNT) return undefined
  if (!isTextOrNone(version) || !isTextOrNone(fingerprint)) return undefined
  if (slidingMs !== undefined && !isInstant(slidingMs)) return undefined
  const times = { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs }
  return isOrdered(times) ? { ...times, tags, version, fingerprint, slidingMs } : undefined
}

function bodyOf({ text, base64 }: JsonFields): string | Uint8Array | undefined {
  if (typeof text === 'string') return text
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string')
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
