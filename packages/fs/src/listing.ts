/** The live entries of a prefix and tag, by looking at the head of each file. */
import type { ScannedEntry, ScanQuery } from '@stowage/core'
import { countedBytes } from './entry-file.ts'
import { FOREIGN_FILE } from './entry-reading.ts'
import { missOf } from './entry-steps.ts'
import type { Store } from './store.ts'
import { walk } from './walking.ts'

export async function* listEntries(
  store: Store,
  { prefix, tag }: ScanQuery,
  nowMs: number,
): AsyncGenerator<ScannedEntry> {
  store.sections.requireOpen()
  for await (const { head } of walk(store.layout)) {
    store.sections.requireOpen()
    if (head === FOREIGN_FILE) continue
    const { key, facts, sizeBytes } = head
    if (!key.startsWith(prefix) || (tag !== undefined && !facts.tags.includes(tag))) continue
    store.journal.follow()
    if (missOf(store.journal.marks, head, nowMs) === undefined) yield { key, facts, sizeBytes: countedBytes(sizeBytes) }
  }
}
