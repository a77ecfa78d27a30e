/**
 * Steps that only one process at a time takes, in the order in which they were asked for, and how they come by the lock.
 *
 * A lone step is taken at once and answers at once. Those that come before the microtasks of that moment have run, and the first of
 * the next moment where there were several, gather in a queue and are taken together, in one holding of the lock (holding.ts): it is
 * what makes a thousand writes at once as cheap as they are. A holding takes as many as fit in a turn of the event loop.
 * Nothing is held while callers' code runs.
 *
 * Where another process has the lock the queue waits off the event loop, and not for ever. Reads wait for what gathered before
 * them, so that they see it, but not for other processes.
 */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { type MaybePromise, Pace, type RemovalListener, RemovalListeners, UsageError } from '@stowage/core'
import { type Holding, type HoldingParts, Holdings, type Turn, UNFINISHED, type Unfinished } from './holding.ts'
import { Slice } from './slice.ts'
import { StepQueue } from './step-queue.ts'

/** How long a step waits for others in all before the failure is the caller's. */
const PATIENCE_MS = 2_000
/** Short: whoever sleeps leaves the processor to the holder, who may be waiting for it. */
const PAUSE_MS = 1
/** Steps that may wait for others; more would only hide that nothing moves. */
const MAX_WAITING = 10_000
/** One holding; while other processes want the lock, too, less, and a pause. */
const HOLDING_MS = 6
const SHARED_HOLDING_MS = 2
/** After a collision the lock is taken to be wanted by others for so long. */
const SHARED_FOR_MS = 100

export class Sections {
  readonly #holdings: Holdings
  readonly #listeners = new RemovalListeners()
  readonly #pace = new Pace()
  readonly #queue = new StepQueue()
  /** Another process has the lock, and the queue waits for it. */
  #isBlocked = false
  /** Only what was begun before goes on. */
  #isClosing = false
  #isClosed = false
  #isMomentTaken = false
  /** The last moment had several steps: the first of the next is not taken for a lone one. */
  #areMany = false
  #isScheduled = false
  #collidedAtMs = Number.NEGATIVE_INFINITY
  #hadAtMs = 0

  constructor(parts: Omit<HoldingParts, 'tell'>) {
    this.#holdings = new Holdings({ ...parts, tell: (key, cause) => this.#listeners.tell(key, cause) })
  }

  get hasListeners(): boolean {
    return !this.#listeners.isEmpty
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#listeners.add(listener)
  }

  get isOpen(): boolean {
    return !this.#isClosing
  }

  /** Whether a step would be taken at once, unless another process has the lock. */
  get isFree(): boolean {
    return this.#isLone && !this.#pace.isLate()
  }

  get #isLone(): boolean {
    return !this.#isMomentTaken && !this.#areMany && this.#queue.length === 0 && !this.#isBlocked
  }

  requireOpen(): void {
    if (this.#isClosing) throw closedError()
  }

  /** A step of somebody else may have been left half done. */
  doubtAll(): void {
    this.#holdings.doubtAll()
  }

  /**
   * @param shard the one that the step works on; undefined: it may be any
   * @param replaces the key that it writes anew, whatever is there: a later such step answers for those of the same moment before it
   * @throws what the step throws, or an error when the lock could not be had in time
   */
  run<T>(
    shard: number | undefined,
    nowMs: number,
    run: (turn: Turn) => T | Unfinished,
    replaces?: Replaced<T>,
  ): MaybePromise<T> {
    this.requireOpen()
    return this.finish(shard, nowMs, run, replaces)
  }

  /** As {@link run}, for what was begun before {@link refuse} was called. */
  finish<T>(
    shard: number | undefined,
    nowMs: number,
    run: (turn: Turn) => T | Unfinished,
    replaces?: Replaced<T>,
  ): MaybePromise<T> {
    if (this.#isClosed) throw closedError()
    let isLate = this.#pace.isLate()
    if (this.#isLone && !isLate) {
      this.#isMomentTaken = true
      queueMicrotask(this.#endMoment)
      const holding = this.#begin(nowMs)
      if (holding === undefined) this.#wait()
      else {
        const found = taken(holding, () => holding.do(shard, nowMs, run))
        if (found !== UNFINISHED) return found
        isLate = true
      }
    }
    if (this.#isBlocked && this.#queue.length >= MAX_WAITING) {
      throw new Error(`${MAX_WAITING} steps wait for the lock of the folder already`)
    }
    return new Promise<T>((resolve, reject) => {
      let answer: T
      this.#queue.push({
        shard,
        nowMs,
        key: replaces?.key,
        run: (turn) => {
          const found = run(turn)
          if (found !== UNFINISHED) answer = found
          return found
        },
        overtake: (turn) => {
          if (replaces !== undefined) answer = replaces.overtaken(turn)
        },
        resolve: () => resolve(answer),
        reject,
      })
      this.#schedule(isLate)
    })
  }

  /** Takes a step if the lock can be had at once. @returns whether it could */
  runIfFree(nowMs: number, step: (turn: Turn) => void): boolean {
    if (this.#isClosing || this.#isBlocked || this.#queue.length > 0) return false
    const holding = this.#begin(nowMs)
    if (holding === undefined) return false
    taken(holding, () => holding.do(undefined, nowMs, step))
    return true
  }

  /** Looks at what is in the shard: after what was written before, so that it is seen, and when the loop has turned, where it has not for long. */
  look<T>(shard: number, look: () => MaybePromise<T>): MaybePromise<T> {
    this.requireOpen()
    const ahead = this.#isBlocked ? undefined : this.#queue.ahead(shard)
    return ahead === undefined ? this.#inTurn(look) : ahead.then(() => this.#inTurn(look))
  }

  /** Later steps fail, but for those by which others end. */
  refuse(): void {
    this.#isClosing = true
  }

  /** Later steps fail; those that wait are taken first. */
  async close(): Promise<void> {
    this.refuse()
    this.#isClosed = true
    while (this.#queue.length > 0) await this.#queue.settled()
  }

  #inTurn<T>(look: () => MaybePromise<T>): MaybePromise<T> {
    return this.#pace.mustWait() ? this.#pace.onTurn(look) : look()
  }

  readonly #endMoment = (): void => {
    this.#isMomentTaken = false
  }

  #begin(nowMs: number): Holding | undefined {
    const holding = this.#holdings.begin(nowMs)
    if (holding === undefined) this.#collidedAtMs = performance.now()
    else this.#hadAtMs = performance.now()
    return holding
  }

  #schedule(isLate: boolean): void {
    if (this.#isScheduled || this.#isBlocked) return
    this.#isScheduled = true
    if (isLate) setImmediate(this.#flush)
    else queueMicrotask(this.#flush)
  }

  readonly #flush = (): void => {
    this.#isScheduled = false
    if (this.#isBlocked || this.#queue.length === 0) return
    const isTaken = this.#takeSome()
    if (this.#queue.length === 0) return
    if (isTaken && !this.#isShared) this.#schedule(true)
    else this.#wait()
  }

  get #isShared(): boolean {
    return performance.now() - this.#collidedAtMs < SHARED_FOR_MS
  }

  /** One holding. @returns whether the lock could be had */
  #takeSome(): boolean {
    let holding: Holding | undefined
    try {
      holding = this.#begin(this.#queue.nowMs)
    } catch (thrown) {
      this.#queue.failAll(thrown)
      return true
    }
    if (holding === undefined) return false
    this.#areMany = this.#queue.length > 1
    this.#queue.take(holding, new Slice(this.#isShared ? SHARED_HOLDING_MS : HOLDING_MS))
    return true
  }

  /** Until the queue is empty. */
  #wait(): void {
    this.#isBlocked = true
    this.#queue.release()
    void this.#waitForLock()
  }

  async #waitForLock(): Promise<void> {
    await nextTurn()
    while (this.#isBlocked) {
      const isTaken = this.#takeSome()
      if (!isTaken) this.#queue.giveUp(this.#hadAtMs, PATIENCE_MS)
      if (this.#queue.length === 0) this.#isBlocked = false
      // Processes that collided once should not meet again at the same instant.
      else if (!isTaken || this.#isShared) await delay(PAUSE_MS * (0.5 + Math.random()))
      else await nextTurn()
    }
  }
}

interface Replaced<T> {
  readonly key: string
  /** What is left of the step when a later one overtakes it. */
  readonly overtaken: (turn: Turn) => T
}

function closedError(): UsageError {
  return new UsageError('fs: the backend is closed')
}

function taken<T>(holding: Holding, run: () => T): T {
  let answer: T
  try {
    answer = run()
  } catch (thrown) {
    holding.end('failed')
    throw thrown
  }
  holding.end()
  return answer
}
