/** Reading one entry: one statement, no lock, and no trace in the file. */
import type { BackendMiss, EntryFacts, StoredEntry } from '@stowage/core'
import { missOf } from './liveness.ts'
import { sealed } from './seal.ts'
import type { EntryRow, FactColumns } from './statements.ts'
import type { Store } from './store.ts'
import { parseTags } from './tag-index.ts'

export const TIER = 'sqlite'

export function lookup({ statements, recency }: Store, key: string, nowMs: number): StoredEntry | BackendMiss {
  const row = statements.getEntry.get(key)
  if (row === undefined) return 'absent'
  const miss = missOf(statements, row, row, nowMs)
  if (miss !== undefined) return miss
  recency.note(row)
  return storedEntry(row)
}

/** Whatever a damaged row holds becomes an entry that core will find not intact. */
function storedEntry(row: EntryRow): StoredEntry {
  const { format, body } = row
  const isReadable = typeof format === 'string' && (typeof body === 'string' || body instanceof Uint8Array)
  const encoded = { format, body, checksum: sealed(row.checksum, row) }
  return {
    facts: factsOf(row),
    payload: { holds: 'bytes', encoded: isReadable ? encoded : { ...encoded, format: '', body: '' } },
    tier: TIER,
    identity: row.written,
    settle: ignore,
  }
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
