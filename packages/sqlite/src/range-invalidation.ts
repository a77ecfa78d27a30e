/**
 * Invalidation by prefix and by pattern: a walk over the covered keys in bounded batches, letting the event loop turn in
 * between. It resolves when it has come to the end.
 *
 * Rows do not lie in the order of keys: each batch of the walk changes as many pages as it has rows, several times over for the
 * indexes, and all pages come to be written again and again. So where there is more than one batch, most of the entries are taken out
 * before it in the order of rows, which is that of the indexes on rank and expiry, too. Still before that, the leases on covered keys are void, so
 * that no load that began earlier stores what others could make use of. The walk then comes by a second time and
 * settles what is true of it: what was derived meanwhile goes, and the leases on covered keys are void once more. What is derived
 * behind the second walk from what was derived behind the first is not found.
 */
import { type KeyCover, type MaybePromise, yieldToLoop } from '@stowage/core'
import { voidLeases } from './leases.ts'
import { keyAfter, type PrefixRange, prefixRange } from './prefix-range.ts'
import { remove } from './removal.ts'
import type { Store } from './store.ts'
import type { Turn } from './turn.ts'

/** Entries, and keys with leases, looked at in one transaction: a few milliseconds of work. */
const BATCH_COUNT = 256
/** Rows that are put in order at a time. */
const ROWS_COUNT = 65_536
/** Keys listed in one go: some milliseconds. */
const LISTED_COUNT = 1_024
/** For the rows of one transaction, its commit aside. */
const SLICE_MS = 2

export function invalidateRange(store: Store, cover: KeyCover, onProgress: () => void = ignore): MaybePromise<void> {
  const range = prefixRange(cover.prefix)
  const walk = { cover, range, onProgress }
  const next = store.transactions.write((turn) => removeBatch(store, turn, walk, range.from))
  return next === undefined ? undefined : goOn(store, walk, next)
}

interface Walk {
  readonly cover: KeyCover
  readonly range: PrefixRange
  /** Told after each step. */
  readonly onProgress: () => void
}

async function goOn(store: Store, walk: Walk, first: MaybePromise<string | undefined>): Promise<void> {
  const rest = await first
  if (rest === undefined) return
  await voidAhead(store, walk, rest)
  await removeRows(store, walk, rest)
  // From the beginning: where the walk has been first, there may be what was derived from the rest since.
  for (let from: string | undefined = walk.range.from; from !== undefined; ) {
    await yieldToLoop()
    walk.onProgress()
    const at: string = from
    from = await store.transactions.write((turn) => removeBatch(store, turn, walk, at))
  }
}

async function voidAhead(store: Store, walk: Walk, rest: string): Promise<void> {
  for (let from: string | undefined = rest; from !== undefined; ) {
    const at: string = from
    from = await store.transactions.write((turn) => voidBatch(store, turn, walk.cover, at, walk.range.below))
    await yieldToLoop()
    walk.onProgress()
  }
}

/** @returns where the next batch begins. */
function voidBatch(
  store: Store,
  turn: Turn,
  cover: KeyCover,
  from: string,
  below: PrefixRange['below'],
): string | undefined {
  const keys = store.statements.leasedKeys.all(from, below, BATCH_COUNT)
  for (const { key } of keys) if (cover.covers(key)) voidLeases(store, turn, key)
  const last = keys.length < BATCH_COUNT ? undefined : keys.at(-1)
  return last === undefined ? undefined : keyAfter(last.key)
}

/** Takes covered entries out in the order of their rows, as they were when they were listed. */
async function removeRows(store: Store, walk: Walk, first: string): Promise<void> {
  for (let from: string | undefined = first; from !== undefined; ) {
    const ids: number[] = []
    while (from !== undefined && ids.length < ROWS_COUNT) {
      const at: string = from
      const rows = await store.transactions.read(() =>
        store.statements.listKeys.all(at, walk.range.below, LISTED_COUNT),
      )
      for (const { id, key } of rows) if (walk.cover.covers(key)) ids.push(id)
      const last = rows.length < LISTED_COUNT ? undefined : rows.at(-1)
      from = last === undefined ? undefined : keyAfter(last.key)
      await yieldToLoop()
      walk.onProgress()
    }
    ids.sort((one, other) => one - other)
    for (let done = 0; done < ids.length; ) {
      const begun = done
      done += await store.transactions.write((turn) =>
        removeSlice(store, turn, walk.cover, ids.slice(begun, begun + LISTED_COUNT)),
      )
      await yieldToLoop()
      walk.onProgress()
    }
  }
}

/** @returns how many have been dealt with. */
function removeSlice(store: Store, turn: Turn, cover: KeyCover, ids: readonly number[]): number {
  const untilMs = performance.now() + SLICE_MS
  for (const [at, id] of ids.entries()) {
    // Its number may have been given to another entry.
    const key = store.statements.keyOf.get(id)?.key
    if (key !== undefined && cover.covers(key)) remove(store, turn, id, 'invalidated')
    if (performance.now() > untilMs) return at + 1
  }
  return ids.length
}

/**
 * Takes out what is covered from `from` on, and voids the leases on it in the same step, so that a write that was derived from an
 * entry that has gone by now cannot come later. What is written ahead of the walk goes too, as if written before it.
 * @returns where the next batch begins.
 */
function removeBatch(store: Store, turn: Turn, { cover, range }: Walk, from: string): string | undefined {
  const voidedBelow = voidBatch(store, turn, cover, from, range.below)
  const rows = store.statements.listKeys.all(from, voidedBelow ?? range.below, BATCH_COUNT)
  for (const { id, key } of rows) if (cover.covers(key)) remove(store, turn, id, 'invalidated')
  const last = rows.length < BATCH_COUNT ? undefined : rows.at(-1)
  return last === undefined ? voidedBelow : keyAfter(last.key)
}

function ignore(): void {}
