/**
 * The part of a check that looks at value files from their side: rows that no entry refers to, and what is in the folder
 * without a row. Whether a file holds what its entry says is found out with the entry (entry-check.ts).
 */
import { type CheckReport, yieldToLoop } from '@stowage/core'
import type { Checking } from '../examination.ts'
import { isPinned } from '../ledger.ts'
import type { Store } from '../store.ts'
import type { FileRow } from './file-rows.ts'
import { isAlive, isLeftover, removeStrays, straysAmong } from './file-sweep.ts'
import type { FolderEntry } from './value-folder.ts'

/** Rows, or names, that one step looks at. */
const STEP_COUNT = 128

const NOTHING: CheckReport = { entries: 0, bytes: 0, torn: 0, wrong: 0, orphans: 0, repaired: 0 }

type Suspect = FileRow & { readonly bodyOfEntry: unknown }

export async function* checkFiles(checking: Checking, nowMs: number): AsyncGenerator<CheckReport> {
  yield* checkRows(checking, nowMs)
  yield* checkFolder(checking)
  const { store, repair } = checking
  if (!repair) return
  await store.files.deleted()
  if (store.files.hasGone) await store.transactions.write(() => store.files.forgetGone(Number.POSITIVE_INFINITY))
}

async function* checkRows({ store, repair }: Checking, nowMs: number): AsyncGenerator<CheckReport> {
  const { files, transactions } = store
  for (let afterId: number | undefined = -1; afterId !== undefined; ) {
    const fromId: number = afterId
    const rows = await transactions.read(() => files.statements.next.all(fromId, STEP_COUNT))
    afterId = rows.at(-1)?.id
    const orphans = await transactions.read(() => orphansAmong(store, rows, nowMs))
    const repaired = repair && orphans.length > 0 ? await dropped(store, orphans, nowMs) : 0
    yield { ...NOTHING, orphans: repair ? repaired : orphans.length, repaired }
    await yieldToLoop()
  }
}

/** Looks again in the transaction that drops them. @returns how many were orphans still. */
async function dropped(store: Store, orphans: readonly Suspect[], nowMs: number): Promise<number> {
  return store.transactions.write((turn) => {
    const rows = orphans.flatMap(({ id }) => store.files.statements.next.all(id - 1, 1).filter((row) => row.id === id))
    const still = orphansAmong(store, rows, nowMs)
    for (const { id } of still) {
      store.files.drop(turn, id)
      if (!isPinned(turn.ledger)) turn.dropped(id)
    }
    return still.length
  })
}

function orphansAmong({ statements }: Store, rows: readonly Suspect[], nowMs: number): readonly Suspect[] {
  const ledger = statements.readLedger.get()
  const isHeld = ledger !== undefined && isPinned(ledger)
  return rows.filter((row) => {
    if (row.state === 'kept') return row.bodyOfEntry !== row.id
    if (row.state === 'pending') return isLeftover(row, nowMs)
    // A dropped row whose process lives is being seen to, if need be by its next sweep, as is one that a backup holds back.
    return !isHeld && !isAlive(row.pid)
  })
}

async function* checkFolder({ store, repair }: Checking): AsyncGenerator<CheckReport> {
  let step: FolderEntry[] = []
  const look = async (): Promise<CheckReport> => {
    const strays = await straysAmong(store, step)
    step = []
    if (repair) await removeStrays(store, strays)
    return { ...NOTHING, orphans: strays.length, repaired: repair ? strays.length : 0 }
  }
  for await (const entry of store.files.folder.entries()) {
    if (step.push(entry) === STEP_COUNT) yield await look()
  }
  yield await look()
}
