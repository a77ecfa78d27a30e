/** A store on its file, ready for operations: opened, cut down to its limits, with nothing left behind where that fails. */
import type { Database } from './database.ts'
import { diskShareOf } from './disk-share.ts'
import { trim } from './eviction.ts'
import { identityOf } from './file-identity.ts'
import { limitWarning } from './limit-warning.ts'
import { OPEN_PATIENCE_MS, openDatabase, stopWaitingInside } from './open-database.ts'
import type { SqlitePlan } from './options.ts'
import { Recency } from './recency.ts'
import { Space } from './space.ts'
import { prepareStatements } from './statements.ts'
import type { Store } from './store.ts'
import { Transactions } from './transactions.ts'
import { ValueFiles } from './value-files/value-files.ts'

/** @param patienceMs how long it may wait for other processes, holding up the event loop. */
export function openStore(plan: SqlitePlan, patienceMs: number = OPEN_PATIENCE_MS): Store {
  const database = openDatabase(plan, patienceMs)
  let store: Store | undefined
  try {
    store = storeOf(plan, database)
    trim(store)
    stopWaitingInside(database)
    return store
  } catch (thrown) {
    store?.transactions.abandon()
    database.close()
    throw thrown
  }
}

function storeOf(plan: SqlitePlan, database: Database): Store {
  const statements = prepareStatements(database, plan.eviction)
  const files = new ValueFiles(plan, database)
  files.folder.requireOwn()
  const share = diskShareOf(plan.maxBytes)
  const transactions = new Transactions(database, statements, { path: plan.path, ...share })
  transactions.workWith(files)
  return {
    plan,
    file: identityOf(plan.path),
    share,
    database,
    statements,
    transactions,
    recency: new Recency(plan.eviction === 'lru' || plan.eviction === 'lfu'),
    onEviction: limitWarning(plan),
    files,
    space: new Space(database, plan.path, share.roomBytes),
  }
}
