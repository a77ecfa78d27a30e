/** One commit of a space, within a transaction that may hold others. What cannot be made is found out before anything is written. */
import {
  type CommitResult,
  isSumOver,
  movedCount,
  nextSpaceVersion,
  requireNumber,
  type SpaceChange,
  type SpaceCommit,
  type SpaceRecord,
  spaceStamp,
} from '@stowage/core'
import type { SpaceMark, SpaceStatements } from './space-statements.ts'

/** What a transaction on the file tells of itself. */
export interface SpaceTurn {
  /** How much of the log it takes, roughly. */
  writtenBytes: number
  /** What comes after it waits for more than its commit. */
  holdsBack: boolean
  /** Of the spaces that were committed to: written once, at its end. */
  readonly marks: Map<number, SpaceMark>
  /** Of these spaces, by their names. */
  readonly ids: Map<string, number>
}

/** Of a record, besides its value. */
const RECORD_BYTES = 100

export function commitTo(
  statements: SpaceStatements,
  turn: SpaceTurn,
  spaceId: number,
  { expect, changes, isTold }: SpaceCommit,
  nowMs: number,
): CommitResult {
  if (expect.some(({ key, version }) => (statements.version.get(spaceId, key)?.version ?? 0) !== version)) {
    return { outcome: 'conflict', found: expect.map(({ key }) => statements.record.get(spaceId, key)) }
  }
  if (changes.some((change) => isOver(statements, spaceId, change))) return { outcome: 'over' }
  const mark = turn.marks.get(spaceId) ?? statements.mark.get(spaceId) ?? { version: 0, told: 0 }
  const commit = new Commit(statements, turn, spaceId, nextSpaceVersion(mark.version, nowMs))
  for (const change of changes) commit.make(change)
  // A commit that came to nothing, such as a move of none, takes no number.
  if (commit.hasChanged) turn.marks.set(spaceId, { version: commit.version, told: isTold ? commit.version : mark.told })
  return commit.result()
}

/** All records of the space. */
export function dropWithin(statements: SpaceStatements, { marks }: SpaceTurn, spaceId: number): void {
  const version = (marks.get(spaceId) ?? statements.mark.get(spaceId) ?? { version: 0 }).version + 1
  statements.drop.run(spaceId)
  marks.set(spaceId, { version, told: version })
}

/** Before the transaction is committed. */
export function writeMarks({ writeMark }: SpaceStatements, { marks }: SpaceTurn): void {
  for (const [spaceId, { version, told }] of marks) writeMark.run(spaceId, version, told)
}

function isOver(statements: SpaceStatements, spaceId: number, change: SpaceChange): boolean {
  return change.do === 'add' && isSumOver(numberIn(statements, spaceId, change.key) + change.by, change.max)
}

/** The empty key is no record's. */
export function lowest(from: string): string {
  return from === '' ? '\0' : from
}

function numberIn({ record }: SpaceStatements, spaceId: number, key: string): number {
  return requireNumber(record.get(spaceId, key))
}

class Commit {
  readonly version: number
  hasChanged = false
  readonly #statements: SpaceStatements
  readonly #turn: SpaceTurn
  readonly #spaceId: number
  readonly #moved: SpaceRecord[][] = []
  readonly #sums: number[] = []
  #appendCount = 0

  constructor(statements: SpaceStatements, turn: SpaceTurn, spaceId: number, version: number) {
    this.#statements = statements
    this.#turn = turn
    this.#spaceId = spaceId
    this.version = version
  }

  make(change: SpaceChange): void {
    const { version } = this
    if (change.do === 'put') this.#put({ ...change, version })
    else if (change.do === 'append') {
      const key = change.prefix + spaceStamp(version, this.#appendCount++)
      this.#put({ key, value: change.value, version, moveCount: 0 })
    } else if (change.do === 'delete') this.#delete(change.key)
    else if (change.do === 'move') this.#move(change)
    else {
      const sum = numberIn(this.#statements, this.#spaceId, change.key) + change.by
      this.#put({ key: change.key, value: String(sum), version, moveCount: 0 })
      this.#sums.push(sum)
    }
  }

  result(): CommitResult {
    return { outcome: 'done', version: this.version, moved: this.#moved, sums: this.#sums }
  }

  #move({ range, limit, aheadFrom, cut, into, isCounted }: SpaceChange & { do: 'move' }): void {
    const { forward } = this.#statements
    const first = forward.all(this.#spaceId, lowest(range.from), range.to ?? null, limit)
    const rows = first.slice(0, movedCount(first, aheadFrom))
    const moved = rows.map((row) => ({
      key: into + row.key.slice(cut),
      value: row.value,
      version: this.version,
      moveCount: row.moveCount + (isCounted ? 1 : 0),
    }))
    for (const { key } of rows) this.#delete(key)
    for (const record of moved) this.#put(record)
    this.#moved.push(moved)
  }

  #put({ key, value, version, moveCount }: SpaceRecord): void {
    this.#statements.put.run(this.#spaceId, key, version, moveCount, value)
    this.#turn.writtenBytes += RECORD_BYTES + value.length
    this.hasChanged = true
  }

  #delete(key: string): void {
    this.#statements.delete.run(this.#spaceId, key)
    this.#turn.writtenBytes += RECORD_BYTES
    this.hasChanged = true
  }
}
