/** What a route's cache tells its listeners. */
import { Listeners } from '@stowage/core'
import type { ForwardReason } from './cache-status.ts'
import type { UnstorableReason } from './storability.ts'

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

/** What a listener throws is a fault, unless a fault was what it was told. */
export function httpCacheListeners(): Listeners<HttpCacheEvents> {
  const listeners = new Listeners<HttpCacheEvents>(
    { decision: new Set(), store: new Set(), unkeyed: new Set(), fault: new Set() },
    (error, name) => {
      if (name !== 'fault') listeners.emit('fault', { error })
    },
  )
  return listeners
}
