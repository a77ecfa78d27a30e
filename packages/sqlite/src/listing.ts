/** Listing live entries, in pages of one view of the file each: nothing is held open while the caller looks at them. */
import { type ScannedEntry, type ScanQuery, yieldToLoop } from '@stowage/core'
import { missOf } from './liveness.ts'
import { factsOf } from './lookup.ts'
import { keyAfter, prefixRange } from './prefix-range.ts'
import type { ListedRow, Statements } from './statements.ts'
import type { Store } from './store.ts'

/** A page that takes longer is followed by half as many: an entry may have 64 tags to look up, and a key of 16 KiB. */
const PAGE_MS = 2
const FIRST_PAGE_COUNT = 8
const MOST_PAGE_COUNT = 128

interface Page {
  readonly entries: readonly { readonly entry: ScannedEntry; readonly isLive: boolean }[]
  readonly isLong: boolean
}

/** In the order of keys, each once: an entry that is overwritten meanwhile keeps its place. */
export async function* listEntries(store: Store, query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
  const { from, below } = prefixRange(query.prefix)
  let count = FIRST_PAGE_COUNT
  for (let next: string | undefined = from; next !== undefined; ) {
    const start: string = next
    const { entries, isLong } = await store.transactions.view(() => pageOf(store, [start, below, count], nowMs))
    for (const { entry, isLive } of entries) {
      if (isLive && (query.tag === undefined || entry.facts.tags.includes(query.tag))) yield entry
    }
    const last = entries.length < count ? undefined : entries.at(-1)
    next = last === undefined ? undefined : keyAfter(last.entry.key)
    count = isLong ? Math.ceil(count / 2) : Math.min(2 * count, MOST_PAGE_COUNT)
    if (next !== undefined) await yieldToLoop()
  }
}

function pageOf({ statements }: Store, range: Parameters<Statements['listEntries']['all']>, nowMs: number): Page {
  const endMs = performance.now() + PAGE_MS
  const entries = statements.listEntries
    .all(...range)
    .map((row) => ({ entry: listed(row), isLive: missOf(statements, row, row, nowMs) === undefined }))
  return { entries, isLong: performance.now() > endMs }
}

function listed(row: ListedRow): ScannedEntry {
  return { key: row.key, facts: factsOf(row), sizeBytes: row.sizeBytes }
}
