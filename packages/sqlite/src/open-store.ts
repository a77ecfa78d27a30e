/** A store on its file, ready for operations: opened, cut down to its limits, with nothing left behind where that fails. */
import { Copies } from './copies.ts'
import { isDamage } from './damage.ts'
import { diskShareOf } from './disk-share.ts'
import { trim } from './eviction.ts'
import { identityOf } from './file-identity.ts'
import { limitWarning } from './limit-warning.ts'
import { OPEN_PATIENCE_MS, type OpenedFile, openDatabase, stopWaitingInside } from './open-database.ts'
import type { SqlitePlan } from './options.ts'
import { Recency } from './recency.ts'
import { asPathFault } from './refusal.ts'
import { setAside } from './set-aside.ts'
import { Space } from './space.ts'
import { prepareStatements } from './statements.ts'
import type { Store } from './store.ts'
import { Transactions } from './transactions.ts'
import { ValueFiles } from './value-files/value-files.ts'

export interface Opening {
  /** Told once the file, sound when it was opened, is met damaged. */
  readonly onDamage?: (thrown: unknown) => void
  /** How long opening may wait for other processes, holding up the event loop. */
  readonly patienceMs?: number | undefined
}

/** @throws ConfigError for a path that leads to no file, or to a file that is not ours to use. */
export function openStore(plan: SqlitePlan, opening: Opening = {}): Store {
  try {
    return openOrBeginAnew(plan, opening)
  } catch (thrown) {
    throw asPathFault(plan.path, thrown)
  }
}

/** Damage that shows only when the file is cut down to its limits is dealt with as what shows at once is: by beginning anew. */
function openOrBeginAnew(plan: SqlitePlan, opening: Opening): Store {
  const file = identityOf(plan.path)
  try {
    return openAsItIs(plan, opening)
  } catch (thrown) {
    if (!isDamage(thrown) || plan.begin === 'refuse' || file === undefined) throw thrown
    setAside(plan.path, file, thrown)
    return openAsItIs(plan, opening)
  }
}

function openAsItIs(plan: SqlitePlan, { onDamage, patienceMs = OPEN_PATIENCE_MS }: Opening): Store {
  const opened = openDatabase(plan, patienceMs)
  const { database } = opened
  let store: Store | undefined
  try {
    let isOpening = true
    store = storeOf(plan, opened, (thrown) => {
      if (!isOpening) onDamage?.(thrown)
    })
    trim(store)
    stopWaitingInside(database)
    isOpening = false
    return store
  } catch (thrown) {
    store?.transactions.abandon()
    database.close()
    throw thrown
  }
}

function storeOf(plan: SqlitePlan, { database, kept }: OpenedFile, onDamage: (thrown: unknown) => void): Store {
  const statements = prepareStatements(database, plan.eviction)
  const files = new ValueFiles(plan, database)
  files.folder.requireOwn()
  const share = diskShareOf(plan.maxBytes)
  const copies = new Copies(plan.memoryBytes)
  const transactions = new Transactions(database, statements, copies, { path: plan.path, ...share, onDamage })
  transactions.workWith(files)
  return {
    plan,
    kept,
    share,
    database,
    statements,
    transactions,
    copies,
    recency: new Recency(plan.eviction === 'lru' || plan.eviction === 'lfu'),
    onEviction: limitWarning(plan),
    files,
    space: new Space(database, plan.path, share.roomBytes),
  }
}
