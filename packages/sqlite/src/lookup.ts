/** Reading one entry: one statement, no lock, and no trace in the file. */
import { type BackendMiss, type EntryFacts, isSameLife, type MaybePromise, type StoredEntry } from '@stowage/core'
import { missOf } from './liveness.ts'
import { sealed } from './seal.ts'
import type { FactColumns, Marks, ValueColumns } from './statements.ts'
import type { Store } from './store.ts'
import { parseTags } from './tag-index.ts'
import { readBody, type UNREADABLE } from './value-files/large-read.ts'
import { isMarked, WriteMark } from './write-mark.ts'

export const TIER = 'sqlite'

/**
 * @param shared the moment of the view that the look is made in, where there is one
 * @param tried value file that was not there; a row that still names it is damaged
 */
export function lookup(
  store: Store,
  key: string,
  nowMs: number,
  shared: Marks | undefined,
  tried?: number,
): MaybePromise<StoredEntry | BackendMiss> {
  const { statements } = store
  if (shared === undefined) {
    const row = statements.getEntry.get(key)
    return row === undefined ? 'absent' : answerOf(store, key, row, row, nowMs, tried)
  }
  const row = statements.getValue.get(key)
  return row === undefined ? 'absent' : answerOf(store, key, row, shared, nowMs, tried)
}

/** Whether the key holds the entry that was seen, live and with the instants it had. */
export function isStill(
  { statements }: Store,
  key: string,
  { identity, facts }: Pick<StoredEntry, 'identity' | 'facts'>,
  nowMs: number,
): boolean {
  const row = statements.getState.get(key)
  if (row === undefined || !isMarked(identity, row) || missOf(statements, row, row, nowMs) !== undefined) return false
  return isSameLife(row, facts)
}

function answerOf(
  store: Store,
  key: string,
  row: ValueColumns,
  marks: Marks,
  nowMs: number,
  tried: number | undefined,
): MaybePromise<StoredEntry | BackendMiss> {
  const miss = missOf(store.statements, row, marks, nowMs)
  if (miss !== undefined) return miss
  store.recency.note(row.id)
  const { body } = row
  if (typeof body === 'number' && body !== tried) return lookupLarge(store, key, nowMs, row, body)
  return storedEntry(row, body)
}

async function lookupLarge(
  store: Store,
  key: string,
  nowMs: number,
  row: ValueColumns,
  fileId: number,
): Promise<StoredEntry | BackendMiss> {
  const body = await readBody(store, fileId)
  if (body !== undefined) return storedEntry(row, body)
  return store.transactions.readAgain(() => lookup(store, key, nowMs, undefined, fileId), key)
}

/** Whatever a damaged row holds becomes an entry that core will find not intact. */
function storedEntry(row: ValueColumns, body: ValueColumns['body'] | typeof UNREADABLE): StoredEntry {
  const { format } = row
  const isReadable = typeof format === 'string' && (typeof body === 'string' || body instanceof Uint8Array)
  const checksum = sealed(row.checksum, row)
  return {
    facts: factsOf(row),
    payload: { holds: 'bytes', encoded: isReadable ? { format, body, checksum } : { format: '', body: '', checksum } },
    tier: TIER,
    identity: new WriteMark(row.written, checksum),
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
