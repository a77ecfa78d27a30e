/**
 * What a cache tells its listeners: a closed union, one event per outcome. Without a listener nothing is built.
 *
 * The same events go to Node's diagnostics channels `stowage:lookup`, `stowage:load` and so on, with the cache's name in
 * them, so that a tool that never sees the cache object can watch it.
 */
import { channel } from 'node:diagnostics_channel'
import type { InvalidationTarget } from './backend.ts'
import type { StowageError } from './errors.ts'
import { type Listener, Listeners } from './listeners.ts'
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

/** Node keeps one channel per name for the whole process, so that every copy of this package publishes to the same. */
const channels = {
  lookup: channel('stowage:lookup'),
  load: channel('stowage:load'),
  write: channel('stowage:write'),
  delete: channel('stowage:delete'),
  invalidate: channel('stowage:invalidate'),
  removal: channel('stowage:removal'),
  breaker: channel('stowage:breaker'),
  fault: channel('stowage:fault'),
} as const satisfies Record<keyof CacheEvents, unknown>

export class EventHub {
  readonly #cacheName: string
  readonly #listeners: Listeners<CacheEvents>

  /** @param onListenerFault hears what a listener threw. */
  constructor(cacheName: string, onListenerFault: (thrown: unknown, name: keyof CacheEvents) => void) {
    this.#cacheName = cacheName
    this.#listeners = new Listeners<CacheEvents>(
      {
        lookup: new Set(),
        load: new Set(),
        write: new Set(),
        delete: new Set(),
        invalidate: new Set(),
        removal: new Set(),
        breaker: new Set(),
        fault: new Set(),
      },
      onListenerFault,
    )
  }

  /** Ask before building an event on a hot path. */
  has(name: keyof CacheEvents): boolean {
    return this.#listeners.has(name) || channels[name].hasSubscribers
  }

  emit<Name extends keyof CacheEvents>(name: Name, event: CacheEvents[Name]): void {
    if (channels[name].hasSubscribers) channels[name].publish({ cache: this.#cacheName, ...event })
    this.#listeners.emit(name, event)
  }

  /** @returns how to stop listening. */
  on<Name extends keyof CacheEvents>(name: Name, listener: Listener<CacheEvents[Name]>): () => void {
    return this.#listeners.on(name, listener)
  }
}
