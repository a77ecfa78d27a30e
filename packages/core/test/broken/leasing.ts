/** Backends whose leases hold too long, too short or not at all: B12 to B16. */
import type { Lease, LeaseMode, NewEntry } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { broken } from './row.ts'

/** A lease writes as often as its holder likes. */
class NeverSpends extends ReferenceBackend {
  readonly #again = new Map<string, Lease>()
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    if (lease === undefined) return super.set(key, entry, nowMs, undefined)
    const outcome = super.set(key, entry, nowMs, this.#again.get(lease.token) ?? lease)
    const again = outcome === 'stored' ? super.lease(key, 'fence', 30_000, nowMs) : undefined
    if (again !== undefined) this.#again.set(lease.token, again)
    return outcome
  }
}

/** Forgets to void leases on deletion. */
export class LeasesOutliveDelete extends ReferenceBackend {
  override delete(key: string, nowMs: number, _lease: Lease | undefined): boolean {
    const existed = typeof this.get(key, nowMs) !== 'string'
    super.invalidate({ tags: [] })
    const seen = this.get(key, nowMs)
    if (typeof seen !== 'string') this.discard(key, seen)
    return existed
  }
}

/** Writes whatever the lease says. */
export class IgnoresLeases extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, _lease: Lease | undefined) {
    return super.set(key, entry, nowMs, undefined)
  }
}

/** Checks the lease first and writes later. */
class ChecksThenWrites extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    if (lease !== undefined && !this.renew(lease, entry.facts.tags, 30_000, nowMs)) return 'superseded' as const
    const late = Promise.resolve().then(() => super.set(key, entry, nowMs, undefined))
    return late as unknown as ReturnType<ReferenceBackend['set']>
  }
}

/** Takes milliseconds for seconds. */
class RenewsForLong extends ReferenceBackend {
  override renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): boolean {
    return super.renew(lease, tags, lengthMs * 1_000, nowMs)
  }
}

class RenewsFencesOnly extends ReferenceBackend {
  readonly #exclusive = new Set<string>()
  override lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number) {
    const lease = super.lease(key, mode, lengthMs, nowMs)
    if (lease !== undefined && mode === 'exclusive') this.#exclusive.add(lease.token)
    return lease
  }
  override renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): boolean {
    return !this.#exclusive.has(lease.token) && super.renew(lease, tags, lengthMs, nowMs)
  }
}

/** Says of every lease that it holds on. */
class RenewsTheVoid extends ReferenceBackend {
  override renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): boolean {
    super.renew(lease, tags, lengthMs, nowMs)
    return true
  }
}

/** Renews without a look at the tags that were invalidated meanwhile. */
class RenewsForAnyTag extends ReferenceBackend {
  override renew(lease: Lease, _tags: readonly string[], lengthMs: number, nowMs: number): boolean {
    return super.renew(lease, [], lengthMs, nowMs)
  }
}

/** Gives every exclusive lease that is asked for. */
class ManyHolders extends ReferenceBackend {
  override lease(key: string, _mode: LeaseMode, lengthMs: number, nowMs: number) {
    return super.lease(key, 'fence', lengthMs, nowMs)
  }
}

export const brokenLeasing = [
  broken('B12', NeverSpends),
  broken('B13', LeasesOutliveDelete),
  broken('B13', IgnoresLeases),
  broken('B13', ChecksThenWrites),
  broken('B14', RenewsForLong),
  broken('B14', RenewsFencesOnly),
  broken('B15', RenewsTheVoid),
  broken('B15', RenewsForAnyTag),
  broken('B16', ManyHolders),
]
