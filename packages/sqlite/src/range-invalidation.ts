/**
 * Invalidation by prefix and by pattern: the covered leases are voided at once, the covered entries that exist at that
 * moment are deleted in bounded batches, letting the event loop turn in between. It resolves when none is left.
 */
import { type MaybePromise, yieldToLoop } from '@stowage/core'
import { voidLeases } from './leases.ts'
import { keyAfter, type PrefixRange, prefixRange } from './prefix-range.ts'
import { remove } from './removal.ts'
import type { Store } from './store.ts'
import type { Turn } from './transactions.ts'

/** Keys looked at in one transaction: a few milliseconds of work. */
const BATCH_COUNT = 256

/** Which keys an invalidation covers; all of them begin with the prefix. */
export interface Cover {
  readonly prefix: string
  covers(storageKey: string): boolean
}

/** An invalidation on its way; entries written after it began are none of its business. */
interface Walk {
  readonly cover: Cover
  readonly range: PrefixRange
  readonly lastTick: number
}

interface Progress {
  readonly walk: Walk
  /** Where to go on; undefined: nothing is left. */
  readonly from: string | undefined
}

export function invalidateRange(store: Store, cover: Cover): MaybePromise<void> {
  const range = prefixRange(cover.prefix)
  const first = store.transactions.write((turn): Progress => {
    for (const { key } of store.statements.leasedKeys.all(range.from, range.below)) {
      if (cover.covers(key)) voidLeases(store, turn, key)
    }
    const walk = { cover, range, lastTick: turn.ledger.tick }
    return { walk, from: removeBatch(store, turn, walk, range.from) }
  })
  return first instanceof Promise || first.from !== undefined ? goOn(store, first) : undefined
}

async function goOn(store: Store, first: MaybePromise<Progress>): Promise<void> {
  let { walk, from } = await first
  while (from !== undefined) {
    await yieldToLoop()
    const at = from
    from = await store.transactions.write((turn) => removeBatch(store, turn, walk, at))
  }
}

/** @returns where the next batch begins. */
function removeBatch(store: Store, turn: Turn, { cover, range, lastTick }: Walk, from: string): string | undefined {
  const rows = store.statements.listKeys.all(from, range.below, BATCH_COUNT)
  for (const { id, key, written } of rows) {
    if (written <= lastTick && cover.covers(key)) remove(store, turn, id, 'invalidated')
  }
  const last = rows.length < BATCH_COUNT ? undefined : rows.at(-1)
  return last === undefined ? undefined : keyAfter(last.key)
}
