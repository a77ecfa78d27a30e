/** Backends that keep too much, tell too little or look away: B17 to B21, B28. */
import type { Lease, LeaseMode, NewEntry, ScanQuery } from '@stowage/core'
import { ReferenceBackend, type ReferenceOptions } from '@stowage/core/testing'
import { broken } from './row.ts'

/** Says what it may hold, and never evicts. */
class Unbounded extends ReferenceBackend {
  readonly #maxEntries: number | undefined
  constructor({ maxEntries, ...options }: ReferenceOptions = {}) {
    super(options)
    this.#maxEntries = maxEntries
  }
  override usage() {
    return { ...super.usage(), maxEntries: this.#maxEntries }
  }
}

/** Stores what is too large in its own eyes. */
class IgnoresOwnLimit extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    return super.set(key, { ...entry, maxBytes: Number.POSITIVE_INFINITY }, nowMs, lease)
  }
}

class SilentEvictions extends ReferenceBackend {
  override onRemoval(): () => void {
    return () => undefined
  }
}

/** Lists what has been invalidated or has expired. */
class ListsTheDead extends ReferenceBackend {
  override scan(query: ScanQuery) {
    return super.scan(query, 0)
  }
}

class ListsKeysOnly extends ReferenceBackend {
  override async *scan(query: ScanQuery, nowMs: number) {
    for await (const listed of super.scan(query, nowMs)) {
      yield { ...listed, facts: { ...listed.facts, version: undefined, fingerprint: undefined, slidingMs: undefined } }
    }
  }
}

class ListsNoSizes extends ReferenceBackend {
  override async *scan(query: ScanQuery, nowMs: number) {
    for await (const listed of super.scan(query, nowMs)) yield { ...listed, sizeBytes: 0 }
  }
}

/** Sweeps without a word. */
class SilentSweep extends ReferenceBackend {
  override sweep(nowMs: number) {
    return { ...super.sweep(nowMs), expired: 0, invalidated: 0 }
  }
}

/** Ends a check at the first hundred entries. */
class ChecksTheBeginning extends ReferenceBackend {
  override async *check(repair: boolean) {
    let left = 100
    for await (const step of super.check(repair)) if (left-- > 0) yield step
  }
}

/** Takes it for a repair to drop the leases. */
class RepairVoidsLeases extends ReferenceBackend {
  readonly #given: Lease[] = []
  override lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number) {
    const lease = super.lease(key, mode, lengthMs, nowMs)
    if (lease !== undefined) this.#given.push(lease)
    return lease
  }
  override async *check(repair: boolean) {
    yield* super.check(repair)
    if (repair) for (const lease of this.#given) this.release(lease)
  }
}

export const brokenBounding = [
  broken('B17', Unbounded),
  broken('B18', IgnoresOwnLimit),
  broken('B19', SilentEvictions),
  broken('B20', ListsTheDead),
  broken('B20', ListsKeysOnly),
  broken('B20', ListsNoSizes),
  broken('B21', SilentSweep),
  broken('B28', ChecksTheBeginning),
  broken('B28', RepairVoidsLeases),
]
