/** A write that is not afar yet: what it says, what it is written under, and how it is read meanwhile. */
import type { Backend, BackendCapabilities, BackendMiss, Lease, NewEntry, Payload, StoredEntry } from '@stowage/core'

/** Longer than any queued write waits. */
export const FENCE_MS = 30_000

export class QueuedWrite {
  readonly entry: NewEntry
  readonly nowMs: number
  readonly sizeBytes: number
  /** A lease that was given with it, or one that the far tier is asked for; undefined where that gives none, or was not asked. */
  readonly fence: Lease | Promise<Lease | undefined>
  /** Whether its fence is still to be asked for. */
  wantsFence: boolean
  /** Steps on the key that were on their way when it was queued: a fence taken before they end would be void by them. */
  after: Promise<unknown> | undefined
  /**
   * Others have changed what it is of, or may have: before its fence was taken, or after. Only the far tier can tell, so it is no answer
   * until it has been written down.
   */
  isInDoubt = false
  /** One for it and all that replace it. Over: the key has been taken out of the queue, and nothing of them may be written any more. */
  line = { isOver: false }
  readonly #asked = Promise.withResolvers<Lease | undefined>()
  readonly #payload: Payload

  /** Encodes at once: what the caller does to the value afterwards is none of its own. @throws CodecError */
  constructor(entry: NewEntry, holds: BackendCapabilities['holds'], nowMs: number, lease: Lease | undefined) {
    this.entry = entry
    this.nowMs = nowMs
    this.fence = lease ?? this.#asked.promise
    this.wantsFence = lease === undefined
    this.#payload =
      holds === 'values' ? { holds: 'value', value: entry.value } : { holds: 'bytes', encoded: entry.encode(true) }
    this.sizeBytes = this.#payload.holds === 'bytes' ? this.#payload.encoded.body.length : 0
  }

  async askFence(ask: () => Promise<Lease | undefined>): Promise<void> {
    this.wantsFence = false
    this.#asked.resolve(await ask())
  }

  /** It is in the queue no more: nobody asks any more. */
  left(): void {
    if (this.wantsFence) this.#asked.resolve(undefined)
    this.wantsFence = false
  }

  read({ name }: Backend, nowMs: number): StoredEntry | BackendMiss {
    const { facts } = this.entry
    if (facts.expireAtMs <= nowMs) return 'expired'
    return { facts, payload: copied(this.#payload), tier: name, identity: this, settle: () => undefined }
  }
}

function copied(payload: Payload): Payload {
  if (payload.holds === 'value' || typeof payload.encoded.body === 'string') return payload
  // Not its own slice: a Buffer's is no copy.
  return { holds: 'bytes', encoded: { ...payload.encoded, body: new Uint8Array(payload.encoded.body) } }
}
