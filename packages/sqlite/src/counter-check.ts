/**
 * The part of a check that compares the store's counters with what they count, also while others write.
 *
 * Counting takes many steps, so it is done on a snapshot of the file, on a connection of its own: there, counters and rows
 * are of one moment. Every write moves both by the same amount, so the difference found there stays true whatever has
 * been written since, and taking it off the counters puts them right. Only another check that did the same could spoil
 * that. So the file counts such repairs (`user_version` in its header), and a difference that is older than the latest
 * repair is left alone.
 *
 * While a snapshot is held, SQLite cannot begin its log anew. Where so much is written meanwhile that MAX_LOG_PAGES would
 * have to be written back in one go, the counters are not compared.
 */
import { type CheckReport, yieldToLoop } from '@stowage/core'
import { prepareCount } from './check-statements.ts'
import type { Database } from './database.ts'
import type { Checking } from './examination.ts'
import { openSnapshot } from './snapshot.ts'
import type { Turn } from './turn.ts'

/** Entries counted in one step: a few milliseconds of work, as each may lie on a page of its own. */
const STEP_COUNT = 512
/** Four times what SQLite lets gather before it writes its log back. */
const MAX_LOG_PAGES = 4_000

const NOTHING: CheckReport = { entries: 0, bytes: 0, torn: 0, wrong: 0, orphans: 0, repaired: 0 }

/** By how much the counters are too high, as of how many repairs. */
interface Drift {
  readonly entryCount: number
  readonly sizeBytes: number
  readonly leaseCount: number
  readonly fileBytes: number
  readonly repairCount: number
}

/** @param excessBytes what rows say too much, found and left so: it is no fault of the counters. */
export async function* checkCounters(checking: Checking, excessBytes: number): AsyncGenerator<CheckReport> {
  const { transactions, database, plan } = checking.store
  const snapshot = await transactions.read(() => openSnapshot(plan.path))
  try {
    const drift = yield* measureDrift(checking, snapshot, excessBytes)
    if (drift === undefined) return
    const { entryCount, sizeBytes, leaseCount, fileBytes } = drift
    const wrong = [entryCount, sizeBytes, leaseCount, fileBytes].filter((excess) => excess !== 0).length
    if (wrong === 0) return
    const isMended = checking.repair && (await transactions.write((turn) => takeOff(database, turn, drift)))
    yield { ...NOTHING, wrong, repaired: isMended ? wrong : 0 }
  } finally {
    snapshot.close()
  }
}

/** @returns undefined when it would have taken too long. */
async function* measureDrift(
  { store, statements }: Checking,
  snapshot: Database,
  excessBytes: number,
): AsyncGenerator<CheckReport, Drift | undefined> {
  const count = prepareCount(snapshot)
  const { entryCount = 0, sizeBytes = 0, leaseCount = 0, fileBytes = 0 } = count.ledger.get() ?? {}
  const drift = {
    entryCount,
    sizeBytes: sizeBytes + excessBytes,
    leaseCount: leaseCount - (count.leases.get()?.leaseCount ?? 0),
    fileBytes,
    repairCount: repairCountOf(snapshot),
  }
  for (let afterId: number | undefined = -Number.MAX_SAFE_INTEGER; afterId !== undefined; ) {
    const log = await store.transactions.read(() => statements.logLength.get())
    if (log !== undefined && log.log - log.checkpointed > MAX_LOG_PAGES) return undefined
    const stretch = count.stretch.get(afterId, STEP_COUNT)
    drift.entryCount -= stretch?.entryCount ?? 0
    drift.sizeBytes -= stretch?.sizeBytes ?? 0
    afterId = stretch?.lastId ?? undefined
    yield NOTHING
    await yieldToLoop()
  }
  for (let afterId: number | undefined = -1; afterId !== undefined; ) {
    const stretch = count.fileStretch.get(afterId, STEP_COUNT)
    drift.fileBytes -= stretch?.fileBytes ?? 0
    afterId = stretch?.lastId ?? undefined
    await yieldToLoop()
  }
  return drift
}

/** @returns whether it was done: another check may have been quicker. */
function takeOff(database: Database, { ledger }: Turn, drift: Drift): boolean {
  const repairCount = repairCountOf(database)
  if (repairCount !== drift.repairCount) return false
  ledger.entryCount -= drift.entryCount
  ledger.sizeBytes -= drift.sizeBytes
  ledger.leaseCount -= drift.leaseCount
  ledger.fileBytes -= drift.fileBytes
  database.pragma(`user_version = ${repairCount + 1}`)
  return true
}

function repairCountOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }))
}
