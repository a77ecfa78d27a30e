/**
 * What happens when a backend throws or hangs: the one room of core that may go on as if nothing had been.
 *
 * Every backend call but the fast path's passes through here; one that answers at once is answered at once, without a
 * promise, since a stampede pays for each. A failure becomes a BackendError, is counted and emitted, and moves the breaker.
 * Reads, loads and sets then go on without the cache (`bypass`) unless the owner wants to know (`throw`); deletions and
 * invalidations always throw, since a lost invalidation is a wrong value.
 */
import { Breaker } from './breaker.ts'
import { type Clock, ticksOf } from './clock.ts'
import { Deadline } from './deadline.ts'
import { BackendError, CodecError, type StowageError, UsageError } from './errors.ts'
import { isThenable } from './maybe-promise.ts'
import type { MaybePromise } from './vocabulary.ts'
import { WaitingLine } from './waiting-line.ts'

/** A walk's time runs anew after this share of it at the earliest: walks say more often than that that they go on. */
const RENEWAL_SHARE = 1 / 8

export interface FaultRules {
  readonly backendName: string
  readonly limitMs: number
  readonly onFault: 'bypass' | 'throw'
  readonly clock: Clock
  report(operation: string, error: StowageError): void
  /** Told before anything is asked of the backend, or is to wait for its turn: what was asked for before goes first. */
  onAsked(): void
  /** Told how long an operation took, well or not. */
  onTimed(lengthMs: number): void
  /** Told when the breaker opens or closes. */
  onBreaker(state: 'open' | 'closed'): void
}

interface Call {
  readonly operation: string
  /** Operations of callers that it stands for. */
  readonly count: number
}

export class FaultPolicy {
  readonly #rules: FaultRules
  readonly #breaker = new Breaker()
  readonly #tickMs: () => number
  readonly #line = new WaitingLine()
  readonly #deadline: Deadline

  constructor(rules: FaultRules) {
    this.#rules = rules
    this.#tickMs = ticksOf(rules.clock)
    this.#deadline = new Deadline(rules.clock, rules.limitMs)
  }

  /** Whether the next operation has to wait before the backend is asked. */
  get willWait(): boolean {
    return this.#line.isClosed
  }

  /** Whether the backend is left alone now, but for a trial. */
  get isOpen(): boolean {
    return this.#breaker.isOpen
  }

  /** Nothing more is asked for. */
  close(): void {
    this.#deadline.close()
  }

  /** @throws BackendError when the operation fails or overruns, CodecError when a value cannot be encoded; counted and emitted either way. */
  insist<T>(operation: string, run: () => MaybePromise<T>): MaybePromise<T> {
    return this.#pass(() => this.#ask(callOf(operation), run, rethrown), 1)
  }

  /** As {@link insist}, but fails at once while the breaker is open. */
  demand<T>(operation: string, run: () => MaybePromise<T>): MaybePromise<T> {
    return this.#pass(() => {
      this.#requireTry(operation)
      return this.#ask(callOf(operation), run, rethrown)
    }, 1)
  }

  /** As {@link insist}, for what may walk over many entries: its time runs anew whenever it says that it goes on. */
  insistOnWalk<T>(operation: string, run: (onProgress: () => void) => MaybePromise<T>): MaybePromise<T> {
    return this.#pass(() => this.#walk(operation, run), 1)
  }

  /** As {@link insistOnWalk}, but fails at once while the breaker is open. */
  demandWalk<T>(operation: string, run: (onProgress: () => void) => MaybePromise<T>): MaybePromise<T> {
    return this.#pass(() => {
      this.#requireTry(operation)
      return this.#walk(operation, run)
    }, 1)
  }

  /**
   * As {@link demand}, but answers `otherwise` instead of throwing, unless the owner asked for throws.
   * @param count operations of callers that are one here: they wait in line, and fail, as so many
   */
  attempt<T, U>(operation: string, run: () => MaybePromise<T>, otherwise: U, count = 1): MaybePromise<T | U> {
    const instead = (error: unknown) => this.#instead(error, otherwise)
    return this.#pass(() => {
      try {
        this.#requireTry(operation)
      } catch (error) {
        return instead(error)
      }
      return this.#ask<T | U>(callOf(operation, count), run, instead)
    }, count)
  }

  /** What {@link attempt} would answer for one of several operations that were asked as one, where only that one has failed. */
  failedAlone<U>(operation: string, cause: unknown, otherwise: U): U {
    return this.#instead(this.#noted(callOf(operation), cause), otherwise)
  }

  #pass<T>(run: () => MaybePromise<T>, count: number): MaybePromise<T> {
    this.#rules.onAsked()
    return this.#line.pass(run, count)
  }

  /** @throws BackendError while the backend is left alone */
  #requireTry(operation: string): void {
    if (this.#breaker.isOpen && !this.#breaker.mayTry(this.#rules.clock.nowMs())) throw this.#leftAlone(operation)
  }

  /** @throws the error, when it is not for going on without the backend. */
  #instead<U>(error: unknown, otherwise: U): U {
    // A value that cannot be encoded is the caller's fault, not the backend's.
    if (this.#rules.onFault === 'throw' || !(error instanceof BackendError)) throw error
    return otherwise
  }

  #walk<T>(operation: string, run: (onProgress: () => void) => MaybePromise<T>): MaybePromise<T> {
    const pauseMs = this.#rules.limitMs * RENEWAL_SHARE
    let renew: () => void = ignore
    let renewedAtMs = this.#tickMs()
    const onProgress = (): void => {
      const nowMs = this.#tickMs()
      if (nowMs - renewedAtMs < pauseMs) return
      renewedAtMs = nowMs
      renew()
    }
    return this.#ask(
      callOf(operation),
      () => run(onProgress),
      rethrown,
      (renewal) => {
        renew = renewal
      },
    )
  }

  /**
   * @param instead what to answer when it fails; may throw
   * @param onBegun told, where there is no answer at once, how to have the time run anew
   */
  #ask<T>(
    call: Call,
    run: () => MaybePromise<T>,
    instead: (error: unknown) => T,
    onBegun?: (renew: () => void) => void,
  ): MaybePromise<T> {
    const begunAtMs = this.#tickMs()
    let answer: MaybePromise<T>
    try {
      answer = run()
    } catch (cause) {
      return instead(this.#failed(call, cause, begunAtMs))
    }
    if (isThenable(answer)) return this.#awaited(call, answer, begunAtMs, instead, onBegun)
    this.#succeeded(begunAtMs)
    return answer
  }

  /** One promise for all that has to be done: each further one costs as much as a part of a hit. */
  #awaited<T>(
    call: Call,
    answer: PromiseLike<T>,
    begunAtMs: number,
    instead: (error: unknown) => T,
    onBegun: ((renew: () => void) => void) | undefined,
  ): Promise<T> {
    const { count } = call
    this.#line.entered(count)
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void => {
        try {
          resolve(instead(this.#failed(call, cause, begunAtMs)))
        } catch (error) {
          reject(error)
        }
        // Not before others that failed at the same time: the breaker is to know of them when the next one comes.
        queueMicrotask(() => this.#line.left(count))
      }
      // The late answer is not waited for; if it fails, that failure has already been reported as this one.
      let running = this.#deadline.begin(fail)
      onBegun?.(() => {
        if (this.#deadline.end(running)) running = this.#deadline.begin(fail)
      })
      answer.then(
        (settled) => {
          if (!this.#deadline.end(running)) return
          this.#succeeded(begunAtMs)
          resolve(settled)
          this.#line.left(count)
        },
        (cause: unknown) => {
          if (this.#deadline.end(running)) fail(cause)
        },
      )
    })
  }

  #succeeded(begunAtMs: number): void {
    if (this.#breaker.succeeded()) this.#rules.onBreaker('closed')
    this.#rules.onTimed(this.#tickMs() - begunAtMs)
  }

  #failed(call: Call, cause: unknown, begunAtMs: number): StowageError {
    const error = this.#noted(call, cause)
    this.#rules.onTimed(this.#tickMs() - begunAtMs)
    return error
  }

  /** Also what the breaker makes of it. */
  #noted({ operation, count }: Call, cause: unknown): StowageError {
    const error = this.note(operation, cause)
    const isBackends = error instanceof BackendError
    if (isBackends && this.#breaker.failed(this.#rules.clock.nowMs(), count)) this.#rules.onBreaker('open')
    if (!isBackends && this.#breaker.succeeded()) this.#rules.onBreaker('closed')
    return error
  }

  /** Counts and emits a failure. @returns what it is called */
  note(operation: string, cause: unknown): StowageError {
    const error = this.#errorOf(operation, cause)
    this.#rules.report(operation, error)
    return error
  }

  /** Not counted: the backend was not asked. */
  #leftAlone(operation: string): BackendError {
    const cause = new Error('it is left alone for a while after failing several times in a row')
    return new BackendError({ backend: this.#rules.backendName, operation, cause })
  }

  #errorOf(operation: string, cause: unknown): StowageError {
    const named = cause instanceof BackendError || cause instanceof CodecError || cause instanceof UsageError
    return named ? cause : new BackendError({ backend: this.#rules.backendName, operation, cause })
  }
}

function callOf(operation: string, count = 1): Call {
  return { operation, count }
}

function ignore(): void {}

function rethrown(error: unknown): never {
  throw error
}
