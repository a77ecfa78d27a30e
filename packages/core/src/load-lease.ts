/**
 * The lease a load writes under: taken before the loader runs, renewed at a third of its length for as long as it runs,
 * given back when nothing was written. Backend failures here never fail the load; it just is not stored.
 */
import type { Lease } from './backend.ts'
import type { CancelTimer } from './clock.ts'
import type { CacheCore } from './core.ts'

/** Long enough that a renewal late by a stalled loop still comes in time. */
const LEASE_MS = 30_000

export class LoadLease {
  readonly lease: Lease
  readonly #core: CacheCore
  #cancelRenewal: CancelTimer = () => undefined
  #ended = false
  #spent = false

  /** Undefined when the backend could not give one: then nothing is stored. */
  static async take(core: CacheCore, key: string): Promise<LoadLease | undefined> {
    const { backend, clock } = core.plan
    const lease = await core.faults.attempt(
      'lease',
      () => backend.lease(key, 'fence', LEASE_MS, clock.nowMs()),
      undefined,
    )
    return lease === undefined ? undefined : new LoadLease(core, lease)
  }

  private constructor(core: CacheCore, lease: Lease) {
    this.#core = core
    this.lease = lease
    this.#renewLater()
  }

  /** Whether nothing that covers the key has been invalidated or replaced since the lease was taken. */
  async holds(): Promise<boolean> {
    const { backend, clock } = this.#core.plan
    return this.#core.faults.attempt('renew', () => backend.renew(this.lease, LEASE_MS, clock.nowMs()), false)
  }

  /** Says that it was written under: then there is nothing to give back. */
  spend(): void {
    this.#spent = true
  }

  /** Ends it, whatever came of the load. */
  async giveBack(): Promise<void> {
    this.#ended = true
    this.#cancelRenewal()
    if (this.#spent) return
    await this.#core.faults.attempt('release', () => this.#core.plan.backend.release(this.lease), undefined)
  }

  #renewLater(): void {
    this.#cancelRenewal = this.#core.plan.clock.schedule(LEASE_MS / 3, () => {
      const goOn = (held: boolean) => {
        if (held && !this.#ended) this.#renewLater()
      }
      // A renewal that failed has been reported; the next third may succeed.
      this.holds().then(goOn, () => goOn(true))
    })
  }
}
