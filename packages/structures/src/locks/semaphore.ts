/**
 * Locks and semaphores across processes: so many permits, given in the order in which they were asked for, each with a fencing
 * token, each lost by who does not renew it. A lock is a semaphore of one.
 */
import {
  type Backend,
  type Duration,
  durationMs,
  positiveCount,
  requireFunction,
  requireKnownOptions,
} from '@stowage/core'
import { type CheckOptions, repairIn, type StructureReport } from '../examination.ts'
import { requireSignal } from '../signal-option.ts'
import { openSpace, type Space, type StructureOptions } from '../space.ts'
import { checkHolding, type HoldingTerms } from './holding-check.ts'
import { type Grant, Holdings } from './holdings.ts'
import { HeldPermit, type Permit } from './permit.ts'

export interface LockOptions extends StructureOptions {
  /** How long a permit outlives its holder's last sign of life; it is renewed at each third of it. Default `'30s'`. */
  readonly ttl?: Duration
}

export interface SemaphoreOptions extends LockOptions {
  /** How many may hold one at a time. The same in every process. */
  readonly permits: number
}

export interface AcquireOptions {
  /** Ends the wait: it fails with its reason. */
  readonly signal?: AbortSignal
}

export interface SemaphoreStats {
  readonly holders: number
  readonly waiting: number
}

export interface Semaphore {
  readonly name: string
  /** Waits for its turn, also behind a permit that the caller holds itself. */
  acquire(options?: AcquireOptions): Promise<Permit>
  /** As {@link acquire}, for so long at most; without `wait` only where nobody is before. Undefined: there was none in time. */
  tryAcquire(options?: AcquireOptions & { readonly wait?: Duration }): Promise<Permit | undefined>
  /** Runs it under a permit, whose loss the signal tells. */
  run<T>(work: (permit: Permit) => T | Promise<T>, options?: AcquireOptions): Promise<T>
  stats(): Promise<SemaphoreStats>
  check(options?: CheckOptions): Promise<StructureReport>
}

export type Lock = Semaphore

const DEFAULT_TTL_MS = 30_000

/** @throws ConfigError for a backend that cannot keep one, a name that is none, or an option out of range */
export function createLock(backend: Backend, name: string, options: LockOptions = {}): Lock {
  requireKnownOptions('createLock', options, ['clock', 'ttl'])
  return new SpaceSemaphore(openSpace('lock', backend, name, options), name, { ...options, permits: 1 })
}

/** @throws ConfigError for a backend that cannot keep one, a name that is none, or an option out of range */
export function createSemaphore(backend: Backend, name: string, options: SemaphoreOptions): Semaphore {
  requireKnownOptions('createSemaphore', options, ['clock', 'ttl', 'permits'])
  return new SpaceSemaphore(openSpace('semaphore', backend, name, options), name, options)
}

class SpaceSemaphore implements Semaphore {
  readonly name: string
  readonly #holdings: Holdings
  readonly #space: Space
  readonly #terms: HoldingTerms

  constructor(space: Space, name: string, { permits, ttl = DEFAULT_TTL_MS }: SemaphoreOptions) {
    this.name = name
    this.#space = space
    this.#terms = { permits: positiveCount('permits', permits), ttlMs: durationMs('ttl', ttl) }
    this.#holdings = new Holdings(space, this.#terms)
  }

  async acquire(options: AcquireOptions = {}): Promise<Permit> {
    requireKnownOptions('acquire', options, ['signal'])
    requireSignal('acquire', options.signal)
    const permit = await this.#permit(() => this.#holdings.take({ waitMs: undefined, signal: options.signal }))
    if (permit === undefined) throw new Error('a wait without an end has ended')
    return permit
  }

  async tryAcquire(options: AcquireOptions & { readonly wait?: Duration } = {}): Promise<Permit | undefined> {
    requireKnownOptions('tryAcquire', options, ['signal', 'wait'])
    const { wait, signal } = options
    requireSignal('tryAcquire', signal)
    signal?.throwIfAborted()
    if (wait === undefined) return this.#permit(() => this.#holdings.tryTake())
    const waitMs = durationMs('wait', wait)
    return this.#permit(() => this.#holdings.take({ waitMs, signal }))
  }

  async run<T>(work: (permit: Permit) => T | Promise<T>, options: AcquireOptions = {}): Promise<T> {
    requireFunction('run: work', work)
    await using permit = await this.acquire(options)
    return await work(permit)
  }

  async stats(): Promise<SemaphoreStats> {
    const { holders, waiting } = await this.#holdings.look()
    return { holders: holders.length, waiting: waiting.length }
  }

  async check(options?: CheckOptions): Promise<StructureReport> {
    return checkHolding(this.#space, repairIn(options), this.#terms)
  }

  async #permit(take: () => Promise<Grant | undefined>): Promise<Permit | undefined> {
    const grant = await take()
    return grant === undefined ? undefined : new HeldPermit(this.#holdings, grant)
  }
}
