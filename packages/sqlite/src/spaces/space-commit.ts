/** One commit of a space, within a transaction that may hold others. What cannot be made is found out before anything is written. */
import {
  type CommitResult,
  nextSpaceVersion,
  type SpaceChange,
  type SpaceCommit,
  type SpaceRecord,
  spaceStamp,
} from '@stowage/core'
import type { SpaceRow, SpaceStatements } from './space-statements.ts'

/** What a transaction on the file tells of itself. */
export interface SpaceTurn {
  /** How much of the log it takes, roughly. */
  writtenBytes: number
}

/** Of a record, besides its value. */
const RECORD_BYTES = 100

export function commitTo(
  statements: SpaceStatements,
  turn: SpaceTurn,
  space: string,
  { expect, changes, isTold }: SpaceCommit,
  nowMs: number,
): CommitResult {
  const row = statements.space.get(space) ?? begin(statements, space)
  if (expect.some(({ key, version }) => (statements.record.get(row.id, key)?.version ?? 0) !== version)) {
    return { outcome: 'conflict' }
  }
  if (changes.some((change) => isOver(statements, row, change))) return { outcome: 'over' }
  const commit = new Commit(statements, turn, row, nextSpaceVersion(row.version, nowMs))
  for (const change of changes) commit.make(change)
  return commit.end(isTold)
}

function begin(statements: SpaceStatements, space: string): SpaceRow {
  statements.addSpace.run(space)
  const row = statements.space.get(space)
  if (row === undefined) throw new Error('a space that was just begun is there')
  return row
}

function isOver(statements: SpaceStatements, { id }: SpaceRow, change: SpaceChange): boolean {
  if (change.do !== 'add' || change.max === undefined) return false
  return numberIn(statements, id, change.key) + change.by > change.max
}

function numberIn({ record }: SpaceStatements, spaceId: number, key: string): number {
  return Number(record.get(spaceId, key)?.value ?? 0)
}

class Commit {
  readonly #statements: SpaceStatements
  readonly #turn: SpaceTurn
  readonly #row: SpaceRow
  readonly #version: number
  readonly #moved: SpaceRecord[][] = []
  readonly #sums: number[] = []
  #appendCount = 0
  #hasChanged = false

  constructor(statements: SpaceStatements, turn: SpaceTurn, row: SpaceRow, version: number) {
    this.#statements = statements
    this.#turn = turn
    this.#row = row
    this.#version = version
  }

  make(change: SpaceChange): void {
    const version = this.#version
    if (change.do === 'put') this.#put({ ...change, version })
    else if (change.do === 'append') {
      const key = change.prefix + spaceStamp(version, this.#appendCount++)
      this.#put({ key, value: change.value, version, moveCount: 0 })
    } else if (change.do === 'delete') this.#delete(change.key)
    else if (change.do === 'move') this.#move(change)
    else {
      const sum = numberIn(this.#statements, this.#row.id, change.key) + change.by
      this.#put({ key: change.key, value: String(sum), version, moveCount: 0 })
      this.#sums.push(sum)
    }
  }

  /** A commit that came to nothing, such as a move of none, takes no number. */
  end(isTold: boolean): CommitResult {
    const { id, told } = this.#row
    const version = this.#version
    if (this.#hasChanged) this.#statements.mark.run(version, isTold ? version : told, id)
    return { outcome: 'done', version, moved: this.#moved, sums: this.#sums }
  }

  #move({ range, limit, cut, into, isCounted }: SpaceChange & { do: 'move' }): void {
    const { forward } = this.#statements
    const rows = forward.all(this.#row.id, range.from, range.to ?? null, limit)
    const moved = rows.map((row) => ({
      key: into + row.key.slice(cut),
      value: row.value,
      version: this.#version,
      moveCount: row.moveCount + (isCounted ? 1 : 0),
    }))
    for (const { key } of rows) this.#delete(key)
    for (const record of moved) this.#put(record)
    this.#moved.push(moved)
  }

  #put({ key, value, version, moveCount }: SpaceRecord): void {
    this.#statements.put.run(this.#row.id, key, version, moveCount, value)
    this.#turn.writtenBytes += RECORD_BYTES + value.length
    this.#hasChanged = true
  }

  #delete(key: string): void {
    this.#statements.delete.run(this.#row.id, key)
    this.#turn.writtenBytes += RECORD_BYTES
    this.#hasChanged = true
  }
}
