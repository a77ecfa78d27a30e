/**
 * Listing live entries, in pages of one view of the file each: nothing is held open while the caller looks at them. Each is
 * listed once: in the order of keys one that is overwritten meanwhile keeps its place, in that of uses it goes where the walk has been.
 */
import { type ScannedEntry, type ScanQuery, yieldToLoop } from '@stowage/core'
import { missOf } from './liveness.ts'
import { keyAfter, prefixRange } from './prefix-range.ts'
import type { ListedRow, RankedRow } from './statements.ts'
import type { Store } from './store.ts'
import { factsOf } from './stored-entry.ts'

/** A page that takes longer is followed by half as many: an entry may have 64 tags to look up, and a key of 16 KiB. */
const PAGE_MS = 2
const FIRST_PAGE_COUNT = 8
const MOST_PAGE_COUNT = 128
/** Above all ranks and ids. */
const TOP = Number.MAX_SAFE_INTEGER

/** Reads the rows that follow `last`, from the beginning without one. */
type PageReader<Row> = (last: Row | undefined, count: number) => readonly Row[]

interface Page<Row> {
  readonly rows: readonly { readonly row: Row; readonly isLive: boolean }[]
  readonly isLong: boolean
}

export async function* listEntries(store: Store, query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
  const rows =
    query.order === 'recent' ? liveRows(store, byUse(store), nowMs) : liveRows(store, byKey(store, query.prefix), nowMs)
  for await (const row of rows) {
    // Pages by use know no prefix.
    if (!row.key.startsWith(query.prefix)) continue
    const facts = factsOf(row)
    if (query.tag === undefined || facts.tags.includes(query.tag)) {
      yield { key: row.key, facts, sizeBytes: row.sizeBytes }
    }
  }
}

function byKey({ statements }: Store, prefix: string): PageReader<ListedRow> {
  const { from, below } = prefixRange(prefix)
  return (last, count) => statements.listEntries.all(last === undefined ? from : keyAfter(last.key), below, count)
}

/** As far as uses have been written down (recency.ts). */
function byUse({ statements }: Store): PageReader<RankedRow> {
  return (last, count) => statements.listRecent.all(last?.rank ?? TOP, last?.id ?? TOP, count)
}

async function* liveRows<Row extends ListedRow>(
  store: Store,
  read: PageReader<Row>,
  nowMs: number,
): AsyncGenerator<Row> {
  let count = FIRST_PAGE_COUNT
  let last: Row | undefined
  do {
    const { rows, isLong } = await store.transactions.view(() => pageOf(store, () => read(last, count), nowMs))
    for (const { row, isLive } of rows) if (isLive) yield row
    last = rows.length < count ? undefined : rows.at(-1)?.row
    count = isLong ? Math.ceil(count / 2) : Math.min(2 * count, MOST_PAGE_COUNT)
    if (last !== undefined) await yieldToLoop()
  } while (last !== undefined)
}

function pageOf<Row extends ListedRow>({ statements }: Store, read: () => readonly Row[], nowMs: number): Page<Row> {
  const endMs = performance.now() + PAGE_MS
  const rows = read().map((row) => ({ row, isLive: missOf(statements, row, row, nowMs) === undefined }))
  return { rows, isLong: performance.now() > endMs }
}
