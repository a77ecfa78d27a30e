/**
 * What the cache holds at one moment, as a list that pages read in windows: a listing walks over all keys, so it is made
 * once and not for every window that somebody scrolls to.
 */
import type { Cache, Key } from '@stowage/core'
import { RequestError } from '../../problem.ts'
import type { HitCounts } from './hit-counts.ts'
import { type SpaceName, spaceOf } from './spaces.ts'

export const SORTS = ['key', 'largest', 'newest', 'ends-first'] as const

export interface ListingWish {
  readonly space: SpaceName
  /** What the key, as it is shown, begins with. */
  readonly prefix?: string | undefined
  readonly tag?: string | undefined
  readonly sort: (typeof SORTS)[number]
}

export interface InspectedEntry {
  readonly key: Key
  readonly shownKey: string
  readonly tags: readonly string[]
  readonly sizeBytes: number
  readonly storedAtMs: number
  readonly staleAtMs: number
  readonly expireAtMs: number
}

export interface Listing {
  readonly id: number
  readonly space: SpaceName
  readonly entries: readonly InspectedEntry[]
}

/** Lists kept for the pages that are open; of older ones a new list has to be asked for. */
const KEPT_COUNT = 4
/** More are not listed. */
const LISTED_LIMIT = 250_000

const ORDERS: Readonly<Record<ListingWish['sort'], (a: InspectedEntry, b: InspectedEntry) => number>> = {
  key: (a, b) => (a.shownKey < b.shownKey ? -1 : 1),
  largest: (a, b) => b.sizeBytes - a.sizeBytes,
  newest: (a, b) => b.storedAtMs - a.storedAtMs,
  'ends-first': (a, b) => a.expireAtMs - b.expireAtMs,
}

/** A text is itself; parts are written as JSON, so that no two keys look the same. */
export function shownKey(key: Key): string {
  if (typeof key === 'string') return key
  return JSON.stringify(key, (_name, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part))
}

export class Listings {
  readonly #kept = new Map<number, Listing>()
  #last = 0

  async take(cache: Cache, { space, prefix = '', tag, sort }: ListingWish): Promise<Listing> {
    const entries: InspectedEntry[] = []
    for await (const entry of spaceOf(cache, space).entries(tag === undefined ? {} : { tag })) {
      const shown = shownKey(entry.key)
      if (!shown.startsWith(prefix)) continue
      entries.push({ ...entry, shownKey: shown })
      if (entries.length >= LISTED_LIMIT) break
    }
    entries.sort(ORDERS[sort])
    this.#last++
    const listing = { id: this.#last, space, entries }
    this.#kept.set(listing.id, listing)
    this.#kept.delete(listing.id - KEPT_COUNT)
    return listing
  }

  /** @throws RequestError for one that is not kept any more */
  kept(id: number): Listing {
    const listing = this.#kept.get(id)
    if (listing === undefined) throw new RequestError(410, 'this list is no longer kept; refresh it')
    return listing
  }

  /** @throws RequestError for a place where there is none */
  entry(id: number, at: number): InspectedEntry & { readonly space: SpaceName } {
    const { entries, space } = this.kept(id)
    const entry = entries[at]
    if (entry === undefined) throw new RequestError(404, `the list has no entry ${at}`)
    return { ...entry, space }
  }
}

export interface ShownRow {
  readonly at: number
  readonly shownKey: string
  readonly tags: readonly string[]
  readonly sizeBytes: number
  readonly storedAtMs: number
  readonly staleAtMs: number
  readonly expireAtMs: number
  /** Since this server started. */
  readonly hitCount: number
  /** The tier that answered last; null before the first hit. */
  readonly lastTier: string | null
}

export function shownRows({ entries, space }: Listing, from: number, count: number, hits: HitCounts): ShownRow[] {
  return entries.slice(from, from + count).map(({ key, ...entry }, offset) => {
    return { at: from + offset, ...entry, ...hits.of(space, key) }
  })
}
