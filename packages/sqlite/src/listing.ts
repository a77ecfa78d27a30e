/** Listing live entries, in pages of one statement each: nothing is held open while the caller looks at them. */
import { type ScannedEntry, type ScanQuery, yieldToLoop } from '@stowage/core'
import { missOf } from './liveness.ts'
import { factsOf } from './lookup.ts'
import { keyAfter, prefixRange } from './prefix-range.ts'
import type { ListedRow } from './statements.ts'
import type { Store } from './store.ts'

const PAGE_COUNT = 128

/** In the order of keys, each once: an entry that is overwritten meanwhile keeps its place. */
export async function* listEntries(store: Store, query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
  const { statements, transactions } = store
  const { from, below } = prefixRange(query.prefix)
  for (let next: string | undefined = from; next !== undefined; ) {
    const start: string = next
    const rows = await transactions.read(() =>
      statements.listEntries
        .all(start, below, PAGE_COUNT)
        .map((row) => ({ row, entry: listed(row), isLive: missOf(statements, row, row, nowMs) === undefined })),
    )
    for (const { entry, isLive } of rows) {
      if (isLive && (query.tag === undefined || entry.facts.tags.includes(query.tag))) yield entry
    }
    const last = rows.length < PAGE_COUNT ? undefined : rows.at(-1)
    next = last === undefined ? undefined : keyAfter(last.entry.key)
    if (next !== undefined) await yieldToLoop()
  }
}

function listed(row: ListedRow): ScannedEntry {
  return { key: row.key, facts: factsOf(row), sizeBytes: row.sizeBytes }
}
