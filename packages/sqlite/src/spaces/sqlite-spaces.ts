/** The spaces of a sqlite backend, whose commits of one moment share a transaction as the cache's writes do. */
import {
  type CommitResult,
  type MaybePromise,
  type SpaceCommit,
  type SpaceRange,
  type SpaceRecord,
  type SpaceScan,
  type Spaces,
  UsageError,
} from '@stowage/core'
import { Checkpointer } from '../checkpointer.ts'
import type { Database } from '../database.ts'
import { type FileIdentity, identityOf, isSame } from '../file-identity.ts'
import { GroupCommit } from '../group-commit.ts'
import { Pace } from '../pace.ts'
import { Patience } from '../patience.ts'
import type { Committed } from '../turn.ts'
import { commitTo, type SpaceTurn } from './space-commit.ts'
import { openSpaceFile, type SpacePlan } from './space-file.ts'
import { prepareSpaceStatements, type SpaceStatements } from './space-statements.ts'
import { SpaceWatch } from './space-watch.ts'

const LOG_BYTES = 16_777_216
const TRANSACTION_BYTES = 1_048_576
/** How often it is looked whether the path still leads to the file. */
const LOOK_MS = 1_000

interface OpenFile {
  readonly database: Database
  readonly statements: SpaceStatements
  readonly patience: Patience
  readonly group: GroupCommit<SpaceTurn>
  readonly checkpointer: Checkpointer
  readonly identity: FileIdentity | undefined
}

export class SqliteSpaces implements Spaces {
  readonly #plan: SpacePlan
  readonly #watch: SpaceWatch
  #file: OpenFile | undefined
  #nextLookAt = 0
  #isClosed = false

  /** @param plan that of the cache beside it */
  constructor(plan: SpacePlan) {
    this.#plan = { ...plan, path: `${plan.path}.spaces`, maxBytes: LOG_BYTES * 8 }
    this.#watch = new SpaceWatch({
      fileVersion: () => this.#open().statements.dataVersion.get()?.data_version ?? 0,
      toldVersion: (space) => this.#open().statements.space.get(space)?.told ?? 0,
    })
  }

  get(space: string, keys: readonly string[]): MaybePromise<readonly (SpaceRecord | undefined)[]> {
    return this.#read(space, (spaceId, { record }) => keys.map((key) => record.get(spaceId, key)), keys.length > 1)
  }

  scan(space: string, { from, to, limit, isReversed }: SpaceScan): MaybePromise<readonly SpaceRecord[]> {
    return this.#read(space, (spaceId, { forward, backward }) =>
      (isReversed ? backward : forward).all(spaceId, from, to ?? null, limit),
    )
  }

  count(space: string, { from, to }: SpaceRange): MaybePromise<number> {
    return this.#read(space, (spaceId, { count }) => count.get(spaceId, from, to ?? null)?.count ?? 0)
  }

  commit(space: string, commit: SpaceCommit, nowMs: number): MaybePromise<CommitResult> {
    const { group, statements } = this.#current()
    const answer = group.write((turn) => commitTo(statements, turn, space, commit, nowMs), space)
    if (!commit.isTold) return answer
    return answer instanceof Promise ? answer.then((result) => this.#told(space, result)) : this.#told(space, answer)
  }

  watch(space: string, listener: () => void): () => void {
    this.#current()
    return this.#watch.add(space, listener)
  }

  names(): MaybePromise<readonly string[]> {
    const { patience, statements } = this.#current()
    return patience.read(() => statements.names.all().map(({ name }) => name))
  }

  drop(space: string): MaybePromise<void> {
    const { group, statements } = this.#current()
    return group.write(() => {
      const row = statements.space.get(space)
      if (row === undefined) return
      statements.drop.run(row.id)
      statements.mark.run(row.version + 1, row.version + 1, row.id)
    }, space)
  }

  close(): MaybePromise<void> {
    if (this.#isClosed) return undefined
    this.#isClosed = true
    this.#watch.stop()
    return this.#file === undefined ? undefined : end(this.#file)
  }

  #told(space: string, result: CommitResult): CommitResult {
    if (result.outcome === 'done') this.#watch.tell(space)
    return result
  }

  #read<T>(space: string, look: (spaceId: number, statements: SpaceStatements) => T, isView = false): MaybePromise<T> {
    const { patience, statements } = this.#current()
    return patience.read(() => {
      if (isView) statements.beginRead.run()
      try {
        return look(statements.space.get(space)?.id ?? 0, statements)
      } finally {
        if (isView) statements.rollback.run()
      }
    })
  }

  /** The file, as long as the path leads to it: what is written to one that was deleted is lost. */
  #current(): OpenFile {
    if (this.#isClosed) throw new UsageError('sqlite: used after close()')
    const file = this.#open()
    const now = performance.now()
    if (now < this.#nextLookAt) return file
    if (!isSame(file.identity, identityOf(this.#plan.path))) {
      throw new Error(
        `the spaces in '${this.#plan.path}' were deleted or replaced while in use; close the backend, and open it anew`,
      )
    }
    this.#nextLookAt = now + LOOK_MS
    return file
  }

  #open(): OpenFile {
    this.#file ??= begin(this.#plan)
    return this.#file
  }
}

function begin(plan: SpacePlan): OpenFile {
  const database = openSpaceFile(plan)
  const statements = prepareSpaceStatements(database)
  const patience = new Patience()
  const group = new GroupCommit<SpaceTurn>({
    patience,
    pace: new Pace(),
    transactionBytes: TRANSACTION_BYTES,
    transact: (run) => {
      checkpointer.look()
      return transact(database, statements, run)
    },
    tell: () => undefined,
  })
  const checkpointer = new Checkpointer(database, { path: plan.path, maxBytes: LOG_BYTES }, group)
  return { database, statements, patience, group, checkpointer, identity: identityOf(plan.path) }
}

function transact<T>(database: Database, statements: SpaceStatements, run: (turn: SpaceTurn) => T): Committed<T> {
  statements.begin.run()
  try {
    const answer = run({ writtenBytes: 0 })
    statements.commit.run()
    return { answer, removals: [], droppedFiles: [] }
  } catch (thrown) {
    if (database.inTransaction) statements.rollback.run()
    throw thrown
  }
}

async function end({ group, checkpointer, database }: OpenFile): Promise<void> {
  try {
    await group.drain()
    await checkpointer.stop()
    database.pragma('wal_checkpoint(PASSIVE)')
  } finally {
    await checkpointer.stop()
    database.close()
  }
}
