/**
 * The part of a sweep that looks after value files: files of writers that are gone, files that were dropped and not deleted,
 * and, once in the life of a backend, files without a row, as a power cut or a database that was taken away leaves them.
 */
import { MAX_CLOCK_SKEW_MS } from '@stowage/core'
import { codeOf } from '../file-error.ts'
import { identityOf, isSame } from '../file-identity.ts'
import { isPinned } from '../ledger.ts'
import type { Store } from '../store.ts'
import type { Turn } from '../turn.ts'
import type { FileRow } from './file-rows.ts'
import type { FolderEntry } from './value-folder.ts'

/** Rows of each kind, and names in the folder, in one slice. */
const SLICE_COUNT = 256
/** A writer that has taken longer begins anew, should it still be there. */
const PENDING_MS = 60_000

/** Within a write transaction. @returns whether more may be left. */
export function sweepFileRows({ files }: Store, turn: Turn, nowMs: number): boolean {
  const pending = files.statements.unkept.all('pending', SLICE_COUNT)
  const leftovers = pending.filter((row) => isLeftover(row, nowMs))
  for (const { id } of leftovers) files.drop(turn, id)
  if (isPinned(turn.ledger)) return false
  const dropped = files.statements.unkept.all('dropped', SLICE_COUNT)
  for (const { id } of dropped) turn.dropped(id)
  return dropped.length === SLICE_COUNT || leftovers.length === SLICE_COUNT
}

/** A guess, which may be wrong either way (file-rows.ts): a process in another container is not seen from here. */
export function isLeftover({ state, pid, sinceMs }: FileRow, nowMs: number): boolean {
  if (state !== 'pending') return false
  // Further ahead than clocks may be apart: it was begun before the clock was set back.
  const isOld = sinceMs + PENDING_MS <= nowMs || sinceMs - nowMs > MAX_CLOCK_SKEW_MS
  return isOld || !isAlive(pid)
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    // It is there, and somebody else's.
    return codeOf(thrown) === 'EPERM'
  }
}

/** Files without a row, and whatever else does not belong there. One that has gone since it was listed was being deleted. */
export async function straysAmong(
  { files, transactions }: Store,
  entries: readonly FolderEntry[],
): Promise<FolderEntry[]> {
  const suspects = await transactions.read(() =>
    entries.filter(({ id }) => id === undefined || files.statements.find.get(id) === undefined),
  )
  const strays: FolderEntry[] = []
  // The row goes after the file.
  for (const suspect of suspects) if (await files.folder.has(suspect)) strays.push(suspect)
  return strays
}

/** Deletes them, unless the path leads to another database by now: then they may be its own. */
export async function removeStrays({ files, kept, plan }: Store, strays: readonly FolderEntry[]): Promise<void> {
  for (const stray of strays) {
    if (!isSame(kept.identity, identityOf(plan.path))) return
    await files.folder.removeStray(stray)
  }
}

/** Walks the folder once, slice by slice. */
export class StrayHunt {
  readonly #store: Store
  readonly #entries: AsyncGenerator<FolderEntry>
  #isOver = false

  constructor(store: Store) {
    this.#store = store
    this.#entries = store.files.folder.entries()
  }

  /** @returns whether it is over. */
  async goOn(): Promise<boolean> {
    if (this.#isOver) return true
    const slice: FolderEntry[] = []
    while (slice.length < SLICE_COUNT && !this.#isOver) {
      const next = await this.#entries.next()
      if (next.done === true) this.#isOver = true
      // What is not named as a value file may be somebody's mistake; only a check with repair takes it out.
      else if (next.value.id !== undefined) slice.push(next.value)
    }
    await removeStrays(this.#store, await straysAmong(this.#store, slice))
    return this.#isOver
  }

  /** Lets go of the folder. */
  async end(): Promise<void> {
    this.#isOver = true
    await this.#entries.return(undefined)
  }
}
