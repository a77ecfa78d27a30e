/** Reading one entry: one statement, no lock, and no trace in the file. */
import type { BackendMiss, EntryFacts, StoredEntry } from '@stowage/core'
import { missOf } from './liveness.ts'
import { sealed } from './seal.ts'
import type { FactColumns, Moment, ValueColumns } from './statements.ts'
import type { Store } from './store.ts'
import { parseTags } from './tag-index.ts'

export const TIER = 'sqlite'

/** @param shared the moment of the view that the look is made in, where there is one */
export function lookup(
  store: Store,
  key: string,
  nowMs: number,
  shared: Moment | undefined,
): StoredEntry | BackendMiss {
  const { statements } = store
  if (shared === undefined) {
    const row = statements.getEntry.get(key)
    return row === undefined ? 'absent' : answerOf(store, row, row, nowMs)
  }
  const row = statements.getValue.get(key)
  return row === undefined ? 'absent' : answerOf(store, row, shared, nowMs)
}

function answerOf(
  { statements, recency }: Store,
  row: ValueColumns,
  moment: Moment,
  nowMs: number,
): StoredEntry | BackendMiss {
  const miss = missOf(statements, row, moment, nowMs)
  if (miss !== undefined) return miss
  recency.note(row.id, moment.tick)
  return storedEntry(row)
}

/** Whatever a damaged row holds becomes an entry that core will find not intact. */
function storedEntry(row: ValueColumns): StoredEntry {
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
