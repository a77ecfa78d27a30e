/**
 * The lease a load writes under: taken before the loader runs, renewed at a third of its length for as long as it runs,
 * given back when nothing was written. Backend failures here never fail the load; it just is not stored.
 */
import type { Lease, LeaseMode } from './backend.ts'
import type { CancelTimer } from './clock.ts'
import type { CacheCore } from './core.ts'
import { BackendError } from './errors.ts'
import { leaseLengthMs } from './lease-life.ts'
import type { LoadAbort } from './load-abort.ts'
import { mapped } from './maybe-promise.ts'
import type { MaybePromise } from './vocabulary.ts'

export class LoadLease {
  readonly lease: Lease
  readonly #core: CacheCore
  readonly #lengthMs: number
  /** Once it fires nobody renews: an abandoned load is not to keep others out. */
  readonly #stop: LoadAbort | undefined
  #cancelRenewal: CancelTimer = () => undefined
  #ended = false
  #spent = false

  /** `held`: another holds the key exclusively. Undefined: the backend could not give one, so nothing will be stored. */
  static take(
    core: CacheCore,
    key: string,
    mode: LeaseMode,
    stop: LoadAbort,
  ): MaybePromise<LoadLease | 'held' | undefined> {
    const { backend, clock } = core.plan
    const ask = () => granted(backend.lease(key, mode, leaseLengthMs(mode), clock.nowMs()), mode)
    return mapped(core.faults.attempt('lease', ask, undefined), (lease) =>
      typeof lease === 'object' ? new LoadLease(core, lease, mode, stop) : lease,
    )
  }

  /** A fence for a step that cannot do without. @throws BackendError when there is none to be had */
  static async demand(core: CacheCore, operation: string, key: string): Promise<LoadLease> {
    const { backend, clock } = core.plan
    const lease = await core.faults.demand(operation, () =>
      backend.lease(key, 'fence', leaseLengthMs('fence'), clock.nowMs()),
    )
    if (lease !== undefined) return new LoadLease(core, lease, 'fence', undefined)
    const cause = new Error('there is no room for a further lease')
    throw new BackendError({ backend: backend.name, operation, cause })
  }

  private constructor(core: CacheCore, lease: Lease, mode: LeaseMode, stop: LoadAbort | undefined) {
    this.#core = core
    this.#lengthMs = leaseLengthMs(mode)
    this.#stop = stop
    this.lease = lease
    stop?.whenAborted(() => this.#cancelRenewal())
    this.#renewLater()
  }

  /**
   * Whether a value with these tags could still be written: nothing that covers it has been invalidated or replaced. What an
   * invalidation covers that has not come through still has its lease.
   */
  async holds(tags: readonly string[]): Promise<boolean> {
    if (!(await this.#core.pending.isClearOf(this.lease.key, tags))) return false
    return this.#core.faults.attempt('renew', () => this.#renew(tags), false)
  }

  /** Says that it was written under: then there is nothing to give back. */
  spend(): void {
    this.#spent = true
  }

  /** Ends it, whatever came of the load. */
  giveBack(): MaybePromise<void> {
    this.#ended = true
    this.#cancelRenewal()
    return this.#spent ? undefined : this.#release()
  }

  async #release(): Promise<void> {
    await this.#core.faults.attempt('release', () => this.#core.plan.backend.release(this.lease), undefined)
  }

  #renewLater(): void {
    this.#cancelRenewal = this.#core.plan.clock.schedule(this.#lengthMs / 3, () => {
      const goOn = (held: boolean) => {
        if (held && !this.#ended && this.#stop?.isAborted !== true && !this.#core.isLeft) this.#renewLater()
      }
      // A renewal that failed has been reported; the next third may succeed.
      this.#tryRenewal().then(goOn, () => goOn(true))
    })
  }

  async #tryRenewal(): Promise<boolean> {
    return this.#core.faults.demand('renew', () => this.#renew([]))
  }

  #renew(tags: readonly string[]): MaybePromise<boolean> {
    const { backend, clock } = this.#core.plan
    return backend.renew(this.lease, tags, this.#lengthMs, clock.nowMs())
  }
}

/** A fence that is not given is no sign of another holder: the backend has no room for one. */
function granted(asked: MaybePromise<Lease | undefined>, mode: LeaseMode): MaybePromise<Lease | 'held' | undefined> {
  return mapped(asked, (lease) => lease ?? (mode === 'exclusive' ? 'held' : undefined))
}
