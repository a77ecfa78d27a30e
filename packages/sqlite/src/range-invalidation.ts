/**
 * Invalidation by prefix and by pattern: a walk over the covered keys in bounded batches, letting the event loop turn in
 * between. It resolves when it has come to the end.
 */
import { type MaybePromise, yieldToLoop } from '@stowage/core'
import { voidLeases } from './leases.ts'
import { keyAfter, type PrefixRange, prefixRange } from './prefix-range.ts'
import { remove } from './removal.ts'
import type { Store } from './store.ts'
import type { Turn } from './turn.ts'

/** Keys looked at in one transaction: a few milliseconds of work. */
const BATCH_COUNT = 256

/** Which keys an invalidation covers; all of them begin with the prefix. */
export interface Cover {
  readonly prefix: string
  covers(storageKey: string): boolean
}

export function invalidateRange(store: Store, cover: Cover): MaybePromise<void> {
  const range = prefixRange(cover.prefix)
  const walk = { cover, range }
  const next = store.transactions.write((turn) => removeBatch(store, turn, walk, range.from))
  return next === undefined ? undefined : goOn(store, walk, next)
}

interface Walk {
  readonly cover: Cover
  readonly range: PrefixRange
}

async function goOn(store: Store, walk: Walk, first: MaybePromise<string | undefined>): Promise<void> {
  let from = await first
  while (from !== undefined) {
    await yieldToLoop()
    const at = from
    from = await store.transactions.write((turn) => removeBatch(store, turn, walk, at))
  }
}

/**
 * Takes out what is covered from `from` on, and voids the leases on it in the same step: a write that was derived from an
 * entry the walk has not reached cannot outlive it. What is written ahead of the walk goes too, as if written before it.
 * @returns where the next batch begins.
 */
function removeBatch(store: Store, turn: Turn, { cover, range }: Walk, from: string): string | undefined {
  const rows = store.statements.listKeys.all(from, range.below, BATCH_COUNT)
  const last = rows.length < BATCH_COUNT ? undefined : rows.at(-1)
  const next = last === undefined ? undefined : keyAfter(last.key)
  for (const { key } of store.statements.leasedKeys.all(from, next ?? range.below)) {
    if (cover.covers(key)) voidLeases(store, turn, key)
  }
  for (const { id, key } of rows) if (cover.covers(key)) remove(store, turn, id, 'invalidated')
  return next
}
