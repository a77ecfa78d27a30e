/** What a cache tells its listeners: a closed union, one event per outcome. Without a listener nothing is built. */
import type { InvalidationTarget } from './backend.ts'
import { describe, type StowageError, UsageError } from './errors.ts'
import type { MissReason, RefusalReason, RemovalCause } from './vocabulary.ts'

/** Event name to what it carries. Keys are storage texts (docs/vocabulary.md); values are never among them. */
export interface CacheEvents {
  lookup: { readonly key: string; readonly outcome: 'hit' | 'stale'; readonly tier: string } | MissEvent
  load: LoadEvent
  write: { readonly key: string; readonly outcome: 'stored' } | RefusalEvent
  delete: { readonly key: string; readonly existed: boolean }
  invalidate: { readonly target: InvalidationTarget }
  removal: { readonly key: string; readonly cause: RemovalCause }
  /** The backend is left alone for a while, or used again. */
  breaker: { readonly state: 'open' | 'closed' }
  /** A backend, codec or listener failed. The cache went on; `operation` says in what. */
  fault: { readonly operation: string; readonly error: StowageError }
}

interface MissEvent {
  readonly key: string
  readonly outcome: 'miss'
  readonly reason: MissReason
}

interface RefusalEvent {
  readonly key: string
  readonly outcome: 'refused'
  readonly reason: RefusalReason
}

interface LoadEvent {
  readonly key: string
  /** Nobody waited: the value served was stale. */
  readonly background: boolean
  readonly loadMs: number
  readonly outcome: 'loaded' | 'failed'
  /** What the loader threw; undefined when it returned. */
  readonly error: unknown
}

export type Listener<Name extends keyof CacheEvents> = (event: CacheEvents[Name]) => void

interface Subscription<Name extends keyof CacheEvents> {
  readonly hear: Listener<Name>
}

type ListenerSets = { readonly [Name in keyof CacheEvents]: Set<Subscription<Name>> }

export class EventHub {
  readonly #listeners: ListenerSets = {
    lookup: new Set(),
    load: new Set(),
    write: new Set(),
    delete: new Set(),
    invalidate: new Set(),
    removal: new Set(),
    breaker: new Set(),
    fault: new Set(),
  }
  readonly #onListenerFault: (thrown: unknown, name: keyof CacheEvents) => void

  /** @param onListenerFault hears what a listener threw; a listener cannot hurt the cache. */
  constructor(onListenerFault: (thrown: unknown, name: keyof CacheEvents) => void) {
    this.#onListenerFault = onListenerFault
  }

  /** Ask before building an event on a hot path. */
  has(name: keyof CacheEvents): boolean {
    return this.#listeners[name].size > 0
  }

  emit<Name extends keyof CacheEvents>(name: Name, event: CacheEvents[Name]): void {
    for (const listener of this.#listeners[name]) {
      try {
        const answer: unknown = listener.hear(event)
        // An async listener's failure is a listener's failure, not the process's.
        if (answer instanceof Promise) answer.catch((thrown: unknown) => this.#onListenerFault(thrown, name))
      } catch (thrown) {
        this.#onListenerFault(thrown, name)
      }
    }
  }

  /** @returns how to stop listening. */
  on<Name extends keyof CacheEvents>(name: Name, listener: Listener<Name>): () => void {
    const subscriptions: Set<Subscription<Name>> | undefined = this.#listeners[name]
    if (subscriptions === undefined || typeof listener !== 'function') {
      throw new UsageError(
        `on: ${describe(subscriptions === undefined ? name : listener)} is not allowed; allowed: one of ${Object.keys(this.#listeners).join(', ')}, and a function`,
      )
    }
    // An object of its own: the same function may listen twice, and stops once for each.
    const subscription = { hear: listener }
    subscriptions.add(subscription)
    return () => {
      subscriptions.delete(subscription)
    }
  }
}
