/** Letting go of the folder: what was asked for ends, noted uses are written down, this process leaves the list of holders, and nothing stays open. */
import { unlinkSync } from 'node:fs'
import { yieldToLoop } from '@stowage/core'
import { isMissing } from './file-error.ts'
import { FLUSH_COUNT, flushUses } from './recency-writing.ts'
import type { Store } from './store.ts'

const closings = new WeakMap<Store, Promise<void>>()

/** The same promise however often it is asked for. */
export function close(store: Store): Promise<void> {
  const closing = closings.get(store) ?? closeOnce(store)
  closings.set(store, closing)
  return closing
}

async function closeOnce(store: Store): Promise<void> {
  const { sections, recency, spares, underWay } = store
  sections.refuse()
  try {
    await underWay.settled()
    while (recency.size > 0) {
      await sections.finish(undefined, 0, () => flushUses(recency, FLUSH_COUNT))
      await yieldToLoop()
    }
    if (!spares.isEmpty) await sections.finish(undefined, 0, () => spares.drop())
  } finally {
    await sections.close()
    letGo(store)
  }
}

/** Nothing of it stays open, and it is no holder any more. */
export function letGo({ journal, counts, layout, holderId }: Store): void {
  journal.close()
  counts.close()
  leave(`${layout.holders}/${holderId}`)
}

function leave(path: string): void {
  try {
    unlinkSync(path)
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
  }
}
