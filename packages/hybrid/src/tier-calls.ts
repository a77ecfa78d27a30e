/**
 * How a tier is called: in time, and not at all while it fails, until a trial shows that it answers again (core's fault policy). Whether it is
 * well is told as well (tier-state.ts): it is not, either, while something that should be gone there is not.
 */
import { type BackendError, type Clock, FaultPolicy, type MaybePromise, UsageError } from '@stowage/core'
import type { TierEvent } from './tier-event.ts'
import { TierState } from './tier-state.ts'

export interface TierCallRules {
  readonly timeoutMs: number
  readonly clock: Clock
  readonly report: (event: TierEvent) => void
}

/** What whoever calls it knows, and is told. */
interface Caller {
  /** Whether something should be gone there and is not yet. */
  readonly isOwed: () => boolean
  /** It answers again. */
  readonly onAnswering: () => void
}

export class TierCalls {
  readonly #tierName: string
  readonly #caller: Caller
  readonly #faults: FaultPolicy
  readonly #state: TierState
  #isOver = false

  constructor(tierName: string, { timeoutMs, clock, report }: TierCallRules, caller: Caller) {
    this.#tierName = tierName
    this.#caller = caller
    this.#state = new TierState(tierName, report)
    this.#faults = new FaultPolicy({
      backendName: tierName,
      limitMs: timeoutMs,
      onFault: 'throw',
      clock,
      report: (_, error) => this.#state.note(error),
      onAsked: () => undefined,
      onTimed: () => undefined,
      onBreaker: (state) => {
        this.tellState()
        if (state === 'closed') caller.onAnswering()
      },
    })
  }

  /** Whether it is left alone now. */
  get isLeftAlone(): boolean {
    return this.#faults.isOpen
  }

  tellState(): void {
    this.#state.become(this.isLeftAlone || this.#caller.isOwed())
  }

  /** @throws BackendError when it fails, overruns or is left alone, UsageError after the end */
  ask<T>(operation: string, run: () => MaybePromise<T>): MaybePromise<T> {
    this.requireOpen()
    return this.#faults.demand(operation, run)
  }

  /** As {@link ask}, for what may walk over many entries. */
  askToWalk<T>(operation: string, run: (onProgress: () => void) => MaybePromise<T>): MaybePromise<T> {
    this.requireOpen()
    return this.#faults.demandWalk(operation, run)
  }

  /** As {@link askToWalk}, also while it is left alone: there is no later. */
  insistOnWalk<T>(operation: string, run: (onProgress: () => void) => MaybePromise<T>): MaybePromise<T> {
    this.requireOpen()
    return this.#faults.insistOnWalk(operation, run)
  }

  end(): void {
    this.#isOver = true
    this.#faults.close()
  }

  /** @throws UsageError after the end */
  requireOpen(): void {
    if (this.#isOver) throw new UsageError(`${this.#tierName}: used after close()`)
  }

  /** What to throw where only this tier could have helped. */
  refusal(operation: string): BackendError {
    return this.#state.refusal(operation)
  }
}
