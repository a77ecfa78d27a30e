/**
 * How the file is opened: created privately, checked before anything in it is changed, set to WAL. A file that is damaged
 * is set aside and a new one begun (set-aside.ts). All of this is synchronous and may wait for other processes; it
 * happens once, at construction.
 */
import { closeSync, openSync, statSync } from 'node:fs'
import { ConfigError, messageOf } from '@stowage/core'
import Sqlite from 'better-sqlite3'
import { isDamage } from './damage.ts'
import type { Database } from './database.ts'
import { diskShareOf } from './disk-share.ts'
import { codeOf } from './file-error.ts'
import { identityOf } from './file-identity.ts'
import { KeptFile } from './kept-file.ts'
import { readLedger } from './ledger.ts'
import { clearLeftovers } from './leftovers.ts'
import type { SqlitePlan } from './options.ts'
import { isBusy } from './patience.ts'
import { preparePlace } from './place.ts'
import { requireNode, wasDatabase } from './refusal.ts'
import { createPolicyIndex, createSchema, holdsSchema } from './schema.ts'
import { setAside } from './set-aside.ts'
import { markShard, requireShard } from './shard-mark.ts'
import { BUSY_WAIT_MS } from './snapshot.ts'

/** Several processes that start at once wait for each other here. */
export const OPEN_PATIENCE_MS = 5_000
/** SQLite does not wait where two that begin a file stand in each other's way; one that stands back lets the other through. */
const STAND_BACK_MS = 5
/** As SQLite says it of `auto_vacuum`. */
const INCREMENTAL = 2

/** A connection, and the file it leads to, wherever the path may lead by now. */
export interface OpenedFile {
  readonly database: Database
  readonly kept: KeptFile
}

/** @throws ConfigError for a file that is not ours to use, or what the filesystem and SQLite throw. */
export function openDatabase(plan: SqlitePlan, patienceMs: number): OpenedFile {
  requireNode()
  let giveModesBack = (): void => undefined
  try {
    if (plan.begin === 'refuse') requireThere(plan.path)
    giveModesBack = preparePlace(plan)
    clearLeftovers(plan.path)
    return attachInTime(plan, patienceMs)
  } catch (thrown) {
    // A path given by mistake: what is refused stays as it is.
    if (thrown instanceof ConfigError) giveModesBack()
    throw thrown
  }
}

function attachInTime(plan: SqlitePlan, patienceMs: number): OpenedFile {
  const untilMs = performance.now() + patienceMs
  for (;;) {
    try {
      return attachOrBeginAnew(plan, patienceMs)
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() > untilMs) throw thrown
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STAND_BACK_MS * (1 + Math.random()))
    }
  }
}

function attachOrBeginAnew(plan: SqlitePlan, patienceMs: number): OpenedFile {
  // Each time: whoever was in the way may have set the file aside.
  if (plan.begin === 'allow') createPrivately(plan.path)
  const seen = identityOf(plan.path)
  try {
    return attach(plan, patienceMs)
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
    if (!wasDatabase(plan.path)) {
      throw new ConfigError(`path: '${plan.path}' is not a Stowage cache; allowed: a new file, or a Stowage cache`)
    }
    if (plan.begin === 'refuse') throw damaged(plan.path, thrown)
    setAside(plan.path, seen, thrown)
    createPrivately(plan.path)
    return attach(plan, patienceMs)
  }
}

function requireThere(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) return
  throw new ConfigError(
    `path: there is no cache at '${path}', and none is to be begun (begin: 'refuse'); allowed: the file of a cache, or begin: 'allow'`,
  )
}

function damaged(path: string, thrown: unknown): ConfigError {
  return new ConfigError(
    `path: '${path}' is damaged (${messageOf(thrown)}), and no other is to be begun (begin: 'refuse'); allowed: a sound cache, or begin: 'allow', which sets it aside`,
    { cause: thrown },
  )
}

/** From here on the event loop has other things to do than to wait for a lock. */
export function stopWaitingInside(database: Database): void {
  database.pragma(`busy_timeout = ${BUSY_WAIT_MS}`)
}

/**
 * Never opens a file that exists: closing any descriptor of a database drops the locks that other connections of this
 * process hold on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
export function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown
  }
}

function attach(plan: SqlitePlan, patienceMs: number): OpenedFile {
  const file = identityOf(plan.path)
  const database = connect(plan, patienceMs)
  try {
    const isNew = !holdsSchema(database, plan.path)
    configure(database, plan)
    database.exec('BEGIN IMMEDIATE')
    if (isNew && !holdsSchema(database, plan.path)) {
      createSchema(database)
      markShard(database, plan.shard)
    } else requireShard(database, plan.path, plan.shard)
    createPolicyIndex(database, plan.eviction)
    readLedger(database)
    database.exec('COMMIT')
    return { database, kept: new KeptFile(plan.path, file) }
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function connect({ path, begin }: SqlitePlan, patienceMs: number): Database {
  return new Sqlite(path, { timeout: patienceMs, fileMustExist: begin === 'refuse' })
}

export function configure(
  database: Database,
  { path, durability, maxBytes }: Pick<SqlitePlan, 'path' | 'durability' | 'maxBytes'>,
): void {
  // Pages whose cells do not add up are refused as damage instead of being read.
  database.pragma('cell_size_check = ON')
  database.pragma('trusted_schema = OFF')
  // Settled with the first page, which the next line writes: a file that has one keeps what it was begun with.
  // Not said anew where it is so: that would ask for the write lock.
  if (database.pragma('auto_vacuum', { simple: true }) !== INCREMENTAL) database.pragma('auto_vacuum = INCREMENTAL')
  const mode = database.pragma('journal_mode = WAL', { simple: true })
  if (mode !== 'wal') {
    throw new ConfigError(
      `path: '${path}' cannot be used in WAL mode (it stays in '${String(mode)}'); allowed: a file on a local disk`,
    )
  }
  database.pragma(`synchronous = ${durability === 'strict' ? 'FULL' : 'NORMAL'}`)
  // A write-ahead log that had to grow past this is cut back once it starts over.
  database.pragma(`journal_size_limit = ${diskShareOf(maxBytes).logBytes}`)
  // No mapping: a file cut short by somebody else would end the process (SIGBUS), and mapping measured no faster.
  database.pragma('mmap_size = 0')
  database.pragma('temp_store = MEMORY')
}
