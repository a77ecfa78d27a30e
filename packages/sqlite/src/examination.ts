/**
 * What a check makes of one entry. An entry that is not what was written is torn, and taken out. Of a sound one, what its
 * row says for the sake of limits, eviction, expiry and tags must be true, and is put right where it is not.
 */
import { type EntryFacts, isIntact, isOrdered } from '@stowage/core'
import type { CheckedRow, CheckStatements, Suspect } from './check-statements.ts'
import { entrySizeBytes } from './entry-size.ts'
import { remove } from './removal.ts'
import { sealed } from './seal.ts'
import type { Store } from './store.ts'
import { factsOf } from './stored-entry.ts'
import { tagsText } from './tag-index.ts'
import type { Turn } from './turn.ts'

/** One check as it was asked for. */
export interface Checking {
  readonly store: Store
  readonly statements: CheckStatements
  readonly repair: boolean
  /** Of value files, as far as they have been read; undefined: not there, or not as long as it should be. */
  readonly contents: Map<number, Uint8Array | undefined>
}

export interface Examined {
  readonly id: number
  readonly isTorn: boolean
  /** As it ought to be counted. */
  readonly sizeBytes: number
  /** By how much it is counted too high. */
  readonly excessBytes: number
  /** How much work it was to look at, as the bytes that could have been checked instead. */
  readonly workBytes: number
  /** One for each fault. */
  readonly repairs: readonly Repair[]
}

/** Runs in the very transaction in which the fault was found. */
type Repair = (turn: Turn) => void

/** Looking one tag up takes as long as the checksum of about as many bytes. */
const TAG_WORK_BYTES = 10_000

/** Within one view of the file: a row and its tags must be of one moment. */
export function examine(checking: Checking, found: Suspect): Examined {
  const { store, statements, contents } = checking
  const row = found.fileId === null ? found : { ...found, body: contents.get(Number(found.fileId)) }
  if (!hasTypes(row)) return torn(store, row)
  const { id, key, tagEpoch, expireAtMs, written } = row
  const facts = factsOf(row)
  if (!isSound(row, facts)) return torn(store, row)
  const sizeBytes = entrySizeBytes(key, facts, row)
  const repairs: Repair[] = []
  if (row.sizeBytes !== sizeBytes) repairs.push(() => statements.setSize.run(sizeBytes, id))
  // Asked so that what is no number fails too.
  if (!(row.dueAtMs <= expireAtMs)) repairs.push(() => store.statements.setDue.run(expireAtMs, id))
  if (!(row.rank < row.tick + 1 && row.uses >= 0)) repairs.push(() => statements.setRank.run(written, id))
  for (const tag of facts.tags) {
    if (statements.isIndexed.get(tag, tagEpoch, id) === undefined)
      repairs.push(() => store.statements.insertTag.run(tag, tagEpoch, id))
  }
  const workBytes = sizeBytes + facts.tags.length * TAG_WORK_BYTES
  return { id, isTorn: false, sizeBytes, excessBytes: row.sizeBytes - sizeBytes, workBytes, repairs }
}

function torn(store: Store, { id, body }: Suspect): Examined {
  const workBytes = body instanceof Uint8Array ? body.length : 0
  const takeOut: Repair = (turn) => remove(store, turn, id, 'undecodable')
  return { id, isTorn: true, sizeBytes: 0, excessBytes: 0, workBytes, repairs: [takeOut] }
}

/** What a read would find out, and that the tags are spelt as they are written: others would not find their index rows. */
function isSound(row: CheckedRow, facts: EntryFacts): boolean {
  const { key, format, body, checksum, tags } = row
  if (tags !== tagsText(facts.tags) || !isOrdered(row)) return false
  return isIntact(key, facts, { format, body, checksum: sealed(checksum, row) })
}

/** SQLite takes a value of any type in any column. */
function hasTypes(row: Suspect): row is CheckedRow {
  const { key, format, body, tags, version, fingerprint, slidingMs } = row
  const numbers = [row.storedAtMs, row.staleAtMs, row.errorOnlyAtMs, row.expireAtMs, slidingMs ?? 0]
  return (
    typeof key === 'string' &&
    typeof format === 'string' &&
    body instanceof Uint8Array &&
    [tags, version, fingerprint].every((text) => text === null || typeof text === 'string') &&
    [...numbers, row.checksum, row.written, row.tagEpoch].every(Number.isFinite)
  )
}
