/** What a route's cache counts. */
import type { ForwardReason } from './cache-status.ts'
import type { UnstorableReason } from './storability.ts'

export interface HttpCacheStats {
  readonly requests: number
  /** Served from the store as it is: fresh, or by the words of response and request. */
  readonly hits: number
  /** Of these, stale while a refresh ran behind. */
  readonly staleHits: number
  /** Served from a response that another request had asked for. */
  readonly collapsed: number
  /** Served from the store after the handler had said that nothing changed. */
  readonly revalidated: number
  /** Served from the store as the handler had failed. */
  readonly standIns: number
  /** Answered 504: only what is stored was asked for. */
  readonly refusals: number
  /** Runs of the handler, by their reason. */
  readonly forwarded: Readonly<Record<ForwardReason, number>>
  readonly stored: number
  readonly unstorable: Readonly<Record<UnstorableReason, number>>
  readonly refreshes: number
  readonly invalidations: number
  readonly faults: number
}

type Counts = { -readonly [Name in keyof HttpCacheStats]: HttpCacheStats[Name] extends number ? number : never }

export class Statistics {
  readonly #counts: Pick<Counts, Exclude<keyof Counts, 'forwarded' | 'unstorable'>> = {
    requests: 0,
    hits: 0,
    staleHits: 0,
    collapsed: 0,
    revalidated: 0,
    standIns: 0,
    refusals: 0,
    stored: 0,
    refreshes: 0,
    invalidations: 0,
    faults: 0,
  }
  readonly #forwarded: Record<ForwardReason, number> = {
    bypass: 0,
    method: 0,
    'uri-miss': 0,
    'vary-miss': 0,
    stale: 0,
    request: 0,
    partial: 0,
  }
  readonly #unstorable: Record<UnstorableReason, number> = {
    status: 0,
    'no-store': 0,
    private: 0,
    'no-freshness': 0,
    credentials: 0,
    'set-cookie': 0,
    vary: 0,
    'too-large': 0,
    incomplete: 0,
    request: 0,
    tags: 0,
    unkeyed: 0,
    refused: 0,
  }

  count(name: Exclude<keyof HttpCacheStats, 'forwarded' | 'unstorable'>): void {
    this.#counts[name]++
  }

  countForward(reason: ForwardReason): void {
    this.#forwarded[reason]++
  }

  countUnstorable(reason: UnstorableReason): void {
    this.#unstorable[reason]++
  }

  read(): HttpCacheStats {
    return { ...this.#counts, forwarded: { ...this.#forwarded }, unstorable: { ...this.#unstorable } }
  }
}
