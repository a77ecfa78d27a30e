/** Reading one entry: no lock, no trace in the file, and one statement at most besides tags; none where a copy counts. */
import { type BackendMiss, isSameLife, type MaybePromise, type StoredEntry } from '@stowage/core'
import type { Copy } from './copies.ts'
import { missOf } from './liveness.ts'
import type { Moment } from './shared-view.ts'
import type { Marks, ValueColumns } from './statements.ts'
import type { Store } from './store.ts'
import { soundEntry, storedEntry } from './stored-entry.ts'
import { readBody } from './value-files/large-read.ts'
import { isMarked } from './write-mark.ts'

/**
 * @param moment that the look is made in, where there is one
 * @param tried value file that was not there, or not whole; a row that still names it is damaged
 */
export function lookup(
  store: Store,
  key: string,
  nowMs: number,
  moment: Moment | undefined,
  tried?: number,
): MaybePromise<StoredEntry | BackendMiss> {
  const { statements } = store
  if (moment === undefined) {
    const row = statements.getEntry.get(key)
    return row === undefined ? 'absent' : answerOfRow(store, key, row, { marks: row, nowMs, tried, isOfMoment: false })
  }
  const { copy, marks } = moment
  if (copy !== undefined) return answerOfCopy(store, copy, marks, nowMs)
  const row = statements.getValue.get(key)
  return row === undefined ? 'absent' : answerOfRow(store, key, row, { marks, nowMs, tried, isOfMoment: true })
}

function answerOfCopy(store: Store, copy: Copy, marks: Marks, nowMs: number): StoredEntry | BackendMiss {
  const miss = missOf(store.statements, copy.state, marks, nowMs)
  if (miss !== undefined) return miss
  // What no invalidation so far covers need not be looked for again.
  if (copy.state.tagEpoch < marks.currentEpoch) copy.state = { ...copy.state, tagEpoch: marks.currentEpoch }
  store.recency.note(copy.state.id)
  return store.copies.answer(copy)
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

interface Look {
  readonly marks: Marks
  readonly nowMs: number
  readonly tried: number | undefined
  readonly isOfMoment: boolean
}

function answerOfRow(
  store: Store,
  key: string,
  row: ValueColumns,
  { marks, nowMs, tried, isOfMoment }: Look,
): MaybePromise<StoredEntry | BackendMiss> {
  const miss = missOf(store.statements, row, marks, nowMs)
  if (miss !== undefined) return miss
  store.recency.note(row.id)
  const { body } = row
  if (typeof body === 'number' && body !== tried) return lookupLarge(store, key, nowMs, row, body)
  store.copies.noteRead(key, row, isOfMoment)
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
  const entry = body === undefined ? undefined : soundEntry(key, row, body)
  return entry ?? store.transactions.readAgain(() => lookup(store, key, nowMs, undefined, fileId), key)
}
