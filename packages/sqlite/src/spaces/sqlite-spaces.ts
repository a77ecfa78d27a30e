/** The spaces of a sqlite backend, whose commits of one moment share a transaction as the cache's writes do. */
import { existsSync } from 'node:fs'
import {
  type CommitResult,
  type MaybePromise,
  Pace,
  requireCommit,
  type SpaceCommit,
  type SpaceRange,
  type SpaceRecord,
  type SpaceScan,
  type Spaces,
  UsageError,
} from '@stowage/core'
import { Checkpointer } from '../checkpointer.ts'
import type { Database } from '../database.ts'
import { GroupCommit } from '../group-commit.ts'
import type { KeptFile } from '../kept-file.ts'
import { Patience } from '../patience.ts'
import type { Committed } from '../turn.ts'
import { dropInThread } from './drop-call.ts'
import { hasFew } from './drop-many.ts'
import { commitTo, dropWithin, lowest, type SpaceTurn } from './space-commit.ts'
import { openSpaceFile, type SpacePlan, spacesPath } from './space-file.ts'
import { prepareSpaceStatements, type SpaceStatements } from './space-statements.ts'
import { transact } from './space-transaction.ts'
import { SpaceWatch } from './space-watch.ts'

const LOG_BYTES = 16_777_216
const TRANSACTION_BYTES = 1_048_576
/** How often it is looked whether the path still leads to the file. */
const LOOK_MS = 1_000

interface OpenFile {
  readonly database: Database
  readonly statements: SpaceStatements
  readonly patience: Patience
  readonly pace: Pace
  /** What waits for a turn of the event loop, or for the file, besides commits. */
  readonly reads: Set<Promise<unknown>>
  readonly group: GroupCommit<SpaceTurn>
  readonly transact: <T>(run: (turn: SpaceTurn) => T) => Committed<T>
  readonly checkpointer: Checkpointer
  readonly kept: KeptFile
}

export class SqliteSpaces implements Spaces {
  readonly #plan: SpacePlan
  readonly #watch: SpaceWatch
  #file: OpenFile | undefined
  /** They stay as they are once they are committed. */
  readonly #ids = new Map<string, number>()
  #nextLookAt = 0
  #isClosed = false

  /** @param plan that of the cache beside it */
  constructor(plan: SpacePlan) {
    this.#plan = { ...plan, path: spacesPath(plan.path), maxBytes: LOG_BYTES * 8 }
    this.#watch = new SpaceWatch({
      fileVersion: () => this.#open().statements.dataVersion.get()?.data_version ?? 0,
      toldVersion: (space) => this.#open().statements.mark.get(this.#idOf(space) ?? 0)?.told ?? 0,
    })
  }

  get(space: string, keys: readonly string[]): MaybePromise<readonly (SpaceRecord | undefined)[]> {
    return this.#read(space, (spaceId, { record }) => keys.map((key) => record.get(spaceId, key)), keys.length > 1)
  }

  scan(space: string, { from, to, limit, isReversed }: SpaceScan): MaybePromise<readonly SpaceRecord[]> {
    return this.#read(space, (spaceId, { forward, backward }) =>
      (isReversed ? backward : forward).all(spaceId, lowest(from), to ?? null, limit),
    )
  }

  count(space: string, { from, to }: SpaceRange): MaybePromise<number> {
    return this.#read(space, (spaceId, { count }) => count.get(spaceId, lowest(from), to ?? null)?.count ?? 0)
  }

  commit(space: string, commit: SpaceCommit, nowMs: number): MaybePromise<CommitResult> {
    requireCommit(commit)
    const { group, statements } = this.#current()
    const answer = group.write((turn) => commitTo(statements, turn, this.#idWithin(turn, space), commit, nowMs), space)
    if (!commit.isTold) return answer
    return answer instanceof Promise ? answer.then((result) => this.#told(space, result)) : this.#told(space, answer)
  }

  watch(space: string, listener: () => void): () => void {
    this.#current()
    return this.#watch.add(space, listener)
  }

  names(): MaybePromise<readonly string[]> {
    // Who looks begins nothing.
    if (this.#file === undefined && !this.#isClosed && !existsSync(this.#plan.path)) return []
    const { patience, statements } = this.#current()
    return patience.read(() => statements.names.all().map(({ name }) => name))
  }

  drop(space: string): MaybePromise<void> {
    const file = this.#current()
    const { group, statements } = file
    const dropped = group.write((turn) => {
      const id = this.#idWithin(turn, space)
      if (hasFew(statements, id)) {
        dropWithin(statements, turn, id)
        return undefined
      }
      // What is asked for after it comes after it.
      turn.holdsBack = true
      turn.writtenBytes = Number.POSITIVE_INFINITY
      return id
    }, space)
    const goOn = (id: number | undefined) =>
      id === undefined ? undefined : awaited(file, this.#dropMany(file, space, id))
    return dropped instanceof Promise ? dropped.then(goOn) : goOn(dropped)
  }

  async #dropMany(file: OpenFile, space: string, spaceId: number): Promise<void> {
    const { statements, patience, group, checkpointer, transact } = file
    const { path, durability } = this.#plan
    try {
      await dropInThread({ path, durability, space, spaceId })
      // The log is as long as what was taken out: the next commit, or closing, is not to write it back.
      checkpointer.look()
    } catch {
      // Where there is no thread to be had it holds up the event loop; what else was the matter, this says.
      await patience.write(() => transact((turn) => dropWithin(statements, turn, spaceId)))
    } finally {
      group.resume('drop')
    }
  }

  close(): MaybePromise<void> {
    if (this.#isClosed) return undefined
    this.#isClosed = true
    this.#watch.stop()
    return this.#file === undefined ? undefined : end(this.#file)
  }

  /** @throws where others find at the path another file than is open here, or the file without what is in its log */
  requireInPlace(): void {
    const kept = this.#file?.kept
    if (kept === undefined || !(kept.hasMoved || kept.hasLostItsLog)) return
    throw new Error(
      `the spaces in '${this.#plan.path}', or their log, were deleted or replaced while in use; close the backend, and open it anew`,
    )
  }

  #told(space: string, result: CommitResult): CommitResult {
    if (result.outcome === 'done') this.#watch.tell(space)
    return result
  }

  #read<T>(space: string, look: (spaceId: number, statements: SpaceStatements) => T, isView = false): MaybePromise<T> {
    const file = this.#current()
    const { database, patience, pace, statements } = file
    const read = (): MaybePromise<T> =>
      patience.read(() => {
        if (isView) statements.beginRead.run()
        try {
          return look(this.#idOf(space) ?? 0, statements)
        } finally {
          // A failing statement may have ended it already.
          if (isView && database.inTransaction) statements.rollback.run()
        }
      })
    const answer = pace.mustWait() ? pace.onTurn(read) : read()
    return answer instanceof Promise ? awaited(file, answer) : answer
  }

  /** Undefined: there is no such space yet. */
  #idOf(space: string): number | undefined {
    return this.#ids.get(space) ?? this.#open().statements.space.get(space)?.id
  }

  /** Begins the space where there is none. Within a transaction that writes. */
  #idWithin({ ids }: SpaceTurn, space: string): number {
    const known = ids.get(space) ?? this.#idOf(space)
    const id = known ?? Number(this.#open().statements.addSpace.run(space).lastInsertRowid)
    ids.set(space, id)
    return id
  }

  /** The file, as long as the path leads to it: what is written to one that was deleted is lost. */
  #current(): OpenFile {
    if (this.#isClosed) throw new UsageError('sqlite: used after close()')
    const file = this.#open()
    const now = performance.now()
    if (now < this.#nextLookAt) return file
    this.requireInPlace()
    this.#nextLookAt = now + LOOK_MS
    return file
  }

  #open(): OpenFile {
    this.#file ??= begin(this.#plan, this.#ids)
    return this.#file
  }
}

/** @param known ids of spaces, by their names: those that are committed are added */
function begin(plan: SpacePlan, known: Map<string, number>): OpenFile {
  const { database, kept } = openSpaceFile(plan)
  const statements = prepareSpaceStatements(database)
  const patience = new Patience()
  const pace = new Pace()
  const ground = { database, statements, known, hold: () => group.hold('drop') }
  const attended = <T>(run: (turn: SpaceTurn) => T): Committed<T> => checkpointer.attend(() => transact(ground, run))
  const group = new GroupCommit<SpaceTurn>({
    patience,
    pace,
    transactionBytes: TRANSACTION_BYTES,
    transact: attended,
    tell: () => undefined,
  })
  const checkpointer = new Checkpointer(database, { path: plan.path, maxBytes: LOG_BYTES }, group)
  return { database, statements, patience, pace, reads: new Set(), group, transact: attended, checkpointer, kept }
}

/** Closing waits for it. */
function awaited<T>({ reads }: OpenFile, answer: Promise<T>): Promise<T> {
  const ended: Promise<unknown> = answer.then(
    () => reads.delete(ended),
    () => reads.delete(ended),
  )
  reads.add(ended)
  return answer
}

async function end({ group, checkpointer, database, reads }: OpenFile): Promise<void> {
  try {
    await Promise.all(reads)
    await group.drain()
    await Promise.all(reads)
    await checkpointer.end()
    database.pragma('wal_checkpoint(PASSIVE)')
  } finally {
    await checkpointer.stop()
    database.close()
  }
}
