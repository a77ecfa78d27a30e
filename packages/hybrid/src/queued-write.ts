/** A write that is not afar yet: what it says, what it is written under, and how it is read meanwhile. */
import type { Backend, BackendCapabilities, BackendMiss, Lease, NewEntry, Payload, StoredEntry } from '@stowage/core'

/** Longer than any queued write waits. */
export const FENCE_MS = 30_000

export class QueuedWrite {
  readonly entry: NewEntry
  readonly nowMs: number
  readonly sizeBytes: number
  /** A lease that was given with it, or one that is on its way from the far tier. */
  fence: Lease | Promise<Lease | undefined> | undefined
  readonly #payload: Payload

  /** Encodes at once: what the caller does to the value afterwards is none of its own. @throws CodecError */
  constructor(entry: NewEntry, holds: BackendCapabilities['holds'], nowMs: number) {
    this.entry = entry
    this.nowMs = nowMs
    this.#payload =
      holds === 'values' ? { holds: 'value', value: entry.value } : { holds: 'bytes', encoded: entry.encode() }
    this.sizeBytes = this.#payload.holds === 'bytes' ? this.#payload.encoded.body.length : 0
  }

  read({ name }: Backend, nowMs: number): StoredEntry | BackendMiss {
    const { facts } = this.entry
    if (facts.expireAtMs <= nowMs) return 'expired'
    return { facts, payload: copied(this.#payload), tier: name, identity: this, settle: () => undefined }
  }
}

function copied(payload: Payload): Payload {
  if (payload.holds === 'value' || typeof payload.encoded.body === 'string') return payload
  return { holds: 'bytes', encoded: { ...payload.encoded, body: payload.encoded.body.slice() } }
}
