/** What a route's cache counts, and what it tells its listeners. */
import { describe, UsageError } from '@stowage/core'
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

export interface HttpCacheEvents {
  /** A request has been decided on. */
  decision: {
    readonly key: string | undefined
    readonly outcome: 'hit' | 'stale' | 'collapsed' | 'forwarded' | 'refused'
    readonly reason: ForwardReason | undefined
  }
  /** What became of a response. */
  store: { readonly key: string; readonly outcome: 'stored' | UnstorableReason }
  /** With `strictUnkeyed`: the handler has read request fields that are not part of the key. */
  unkeyed: { readonly url: string; readonly names: readonly string[] }
  /** A function of the route, the cache or a listener failed. The request was answered by the handler. */
  fault: { readonly error: unknown }
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

type Hear<Event> = (event: Event) => void

/** Listeners cannot hurt whoever tells them. */
export class Listeners {
  readonly #byName: { readonly [Name in keyof HttpCacheEvents]: Set<{ readonly hear: Hear<HttpCacheEvents[Name]> }> } =
    {
      decision: new Set(),
      store: new Set(),
      unkeyed: new Set(),
      fault: new Set(),
    }

  has(name: keyof HttpCacheEvents): boolean {
    return this.#byName[name].size > 0
  }

  emit<Name extends keyof HttpCacheEvents>(name: Name, event: HttpCacheEvents[Name]): void {
    for (const { hear } of [...this.#byName[name]]) {
      try {
        const answer: unknown = hear(event)
        // An async listener's failure is a listener's failure, not the process's.
        if (answer instanceof Promise) answer.catch((error: unknown) => this.#failed(name, error))
      } catch (error) {
        this.#failed(name, error)
      }
    }
  }

  #failed(name: keyof HttpCacheEvents, error: unknown): void {
    if (name !== 'fault') this.emit('fault', { error })
  }

  /** @returns how to stop listening. @throws UsageError for another name, or when it is no function */
  on<Name extends keyof HttpCacheEvents>(name: Name, hear: Hear<HttpCacheEvents[Name]>): () => void {
    const isKnown = typeof name === 'string' && Object.hasOwn(this.#byName, name)
    if (!isKnown || typeof hear !== 'function') {
      const names = Object.keys(this.#byName).join(', ')
      throw new UsageError(
        `on: ${describe(isKnown ? hear : name)} is not allowed; allowed: one of ${names}, and a function`,
      )
    }
    const listener = { hear }
    const listeners = this.#byName[name]
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
}
