/** A row as core is given it. */
import { type EntryFacts, isIntact, type Payload, type StoredEntry } from '@stowage/core'
import { sealed } from './seal.ts'
import type { FactColumns, ValueColumns } from './statements.ts'
import { parseTags } from './tag-index.ts'
import { WriteMark } from './write-mark.ts'

export const TIER = 'sqlite'

export interface BytesEntry extends StoredEntry {
  readonly payload: Extract<Payload, { readonly holds: 'bytes' }>
}

/** Whatever a damaged row holds becomes an entry that core will find not intact. */
export function storedEntry(row: ValueColumns, body: ValueColumns['body']): BytesEntry {
  const { format } = row
  const isReadable = typeof format === 'string' && isBody(body)
  const checksum = sealed(row.checksum, row)
  return {
    facts: factsOf(row),
    payload: { holds: 'bytes', encoded: isReadable ? { format, body, checksum } : { format: '', body: '', checksum } },
    tier: TIER,
    identity: new WriteMark(row.written, checksum),
    settle: ignore,
  }
}

/** The same, compared with its checksum; undefined where it does not fit. */
export function soundEntry(key: string, row: ValueColumns, body: string | Uint8Array): BytesEntry | undefined {
  const entry = storedEntry(row, body)
  const { payload, facts } = entry
  return isIntact(key, facts, payload.encoded) ? { ...entry, payload: { ...payload, isCompared: true } } : undefined
}

export function isBody(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array
}

/** What a row says of its entry besides the value. */
export function factsOf(row: FactColumns): EntryFacts {
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs } = row
  return {
    storedAtMs,
    staleAtMs,
    errorOnlyAtMs,
    expireAtMs,
    tags: row.tags === null ? NO_TAGS : parseTags(row.tags),
    version: row.version ?? undefined,
    fingerprint: row.fingerprint ?? undefined,
    slidingMs: row.slidingMs ?? undefined,
  }
}

const NO_TAGS: readonly string[] = []

/** There is no nearer tier in here to copy the value to. */
function ignore(): void {}
