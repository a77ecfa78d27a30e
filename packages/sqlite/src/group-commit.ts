/**
 * Writes of one moment share a transaction.
 *
 * The first write of a moment is a transaction of its own and is answered at once, as a lone write should be: whoever
 * awaits one after the other pays for no promise. Those that come before the microtasks of that moment have run, and the
 * first of the next moment where there were several, gather in a queue, which is committed by the microtask that the first
 * of them asked for, in the order in which they came. Each is answered when its transaction has been committed. While the
 * file cannot be written (patience.ts, or held back for a checkpoint) the queue grows, and what has gathered goes together.
 *
 * Nothing is held open while callers' code runs: the write lock is taken when a queue is committed, and given back before
 * anybody is answered. A transaction takes as many writes as fit in TURN_MS and in a share of the log; the rest follows when the loop has turned.
 *
 * One that throws takes its whole transaction back, whatever SQLite has undone by itself. Then they are done again, one by
 * one, as many as fit in TURN_MS, so that each gets its own answer or its own error: hence a write must bear being run twice.
 */
import { type MaybePromise, type Pace, TURN_MS, yieldToLoop } from '@stowage/core'
import { isBusy, type Patience } from './patience.ts'
import type { Committed, Turn } from './turn.ts'

/** Writes that may gather while nothing can be written; more would only hide that nothing moves. */
const MAX_WAITING = 10_000

/** What keeps writes back: each lets go of what it holds itself. */
type Reason = 'checkpoint' | 'drop'

/** What a transaction of any file tells of itself while it runs. */
interface AnyTurn {
  readonly writtenBytes: number
}

interface Pending<OneTurn> {
  readonly run: (turn: OneTurn) => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
  readonly key: string | undefined
  /** Its place among all that ever gathered. */
  readonly number: number
}

interface Ways<OneTurn> {
  readonly patience: Patience
  readonly pace: Pace
  /** What the writes of one transaction may write together. */
  readonly transactionBytes: number
  /** One transaction. */
  transact<T>(run: (turn: OneTurn) => T): Committed<T>
  /** Tells of what was committed; whoever wrote it has not been answered yet. */
  tell(committed: Committed<unknown>): void
}

export class GroupCommit<OneTurn extends AnyTurn = Turn> {
  readonly #ways: Ways<OneTurn>
  readonly #queue: Pending<OneTurn>[] = []
  /** The latest write in the queue that may change a key; undefined: any key. */
  readonly #latest = new Map<string | undefined, number>()
  #gatheredCount = 0
  /** The number of the last one that left the queue. */
  #doneNumber = 0
  /** How many at the head of the queue must be done one by one. */
  #aloneCount = 0
  /** A commit is under way; it may be waiting for the file. */
  #isCommitting = false
  /** How many at the head of the queue it was begun for, and are not answered yet. */
  #attemptCount = 0
  #isMomentTaken = false
  /** The last moment had several writes: the first of the next is not taken for a lone one. */
  #areMany = false
  #isScheduled = false
  readonly #heldFor = new Set<Reason>()
  /** Ends when the next commit has been done, or has to wait, or is held back. */
  #attempt: PromiseWithResolvers<void> | undefined

  constructor(ways: Ways<OneTurn>) {
    this.#ways = ways
  }

  /** @param key the only key whose reads it can change; undefined: any. */
  write<T>(run: (turn: OneTurn) => T, key: string | undefined): MaybePromise<T> {
    const isLate = this.#ways.pace.isLate()
    if (!isLate && !this.#isMomentTaken && !this.#areMany && this.#queue.length === 0 && !this.#isBlocked()) {
      this.#isMomentTaken = true
      queueMicrotask(this.#endMoment)
      return this.#ways.patience.write(() => this.#commitLone(run))
    }
    if (this.#queue.length >= MAX_WAITING && this.#isBlocked()) {
      throw new Error(`${MAX_WAITING} writes wait for the file already`)
    }
    const number = ++this.#gatheredCount
    this.#latest.set(key, number)
    return new Promise<T>((resolve, reject) => {
      let answer: T
      this.#queue.push({
        key,
        number,
        run: (turn) => {
          answer = run(turn)
        },
        resolve: () => resolve(answer),
        reject,
      })
      this.#schedule(isLate)
    })
  }

  /** What a read has to wait for, to see what was written before it; it does not wait for the file to be free. */
  ahead(key: string | undefined): Promise<void> | undefined {
    if (key === undefined) return this.#passed(this.#gatheredCount)
    return this.#passed(Math.max(this.#latest.get(key) ?? 0, this.#latest.get(undefined) ?? 0))
  }

  /** Not for what comes after that one: a reader would wait for as long as others write. */
  #passed(number: number): Promise<void> | undefined {
    if (number <= this.#doneNumber || this.#isBlocked()) return undefined
    this.#attempt ??= Promise.withResolvers()
    return this.#attempt.promise.then(() => this.#passed(number))
  }

  /** Lets writes gather until {@link resume}. */
  hold(reason: Reason = 'checkpoint'): void {
    this.#heldFor.add(reason)
    this.#endAttempt()
  }

  resume(reason: Reason = 'checkpoint'): void {
    if (this.#heldFor.delete(reason) && this.#queue.length > 0) this.#schedule(true)
  }

  /** Resolves when every write so far has its answer. */
  async drain(): Promise<void> {
    this.resume()
    while (this.#queue.length > 0) {
      this.#commit()
      await (this.#ways.patience.idle() ?? yieldToLoop())
    }
    await this.#ways.patience.idle()
  }

  get #isHeld(): boolean {
    return this.#heldFor.size > 0
  }

  #isBlocked(): boolean {
    return this.#isHeld || this.#ways.patience.idle() !== undefined
  }

  readonly #endMoment = (): void => {
    this.#isMomentTaken = false
  }

  #schedule(isLate: boolean): void {
    if (this.#isScheduled || this.#isCommitting || this.#isHeld) return
    this.#isScheduled = true
    if (isLate) setImmediate(this.#commit)
    else queueMicrotask(this.#commit)
  }

  readonly #commit = (): void => {
    this.#isScheduled = false
    if (this.#isCommitting || this.#isHeld || this.#queue.length === 0) return
    this.#isCommitting = true
    this.#attemptCount = this.#queue.length
    try {
      const waiting = this.#ways.patience.write(() => this.#commitQueue())
      if (waiting === undefined) this.#end()
      else waiting.then(this.#end, this.#giveUp)
    } catch (thrown) {
      this.#giveUp(thrown)
    }
    this.#endAttempt()
  }

  /** Who waits for it sees what there is by now. */
  #endAttempt(): void {
    this.#attempt?.resolve()
    this.#attempt = undefined
  }

  readonly #giveUp = (error: unknown): void => {
    for (const { reject } of this.#take(this.#attemptCount)) reject(error)
    this.#aloneCount = 0
    this.#end()
  }

  readonly #end = (): void => {
    this.#isCommitting = false
    this.#attemptCount = 0
    if (this.#queue.length > 0) this.#schedule(true)
  }

  /** @throws only what SQLite throws when it is busy; what has been answered by then is not done again. */
  #commitQueue(): void {
    if (this.#aloneCount === 0) this.#commitTogether()
    // Each may wait for the disk; what is left of them goes on alone when the loop has turned.
    const untilMs = performance.now() + TURN_MS
    while (this.#aloneCount > 0 && !this.#isHeld && performance.now() < untilMs) this.#commitFirst()
  }

  #commitTogether(): void {
    let count = 0
    const untilMs = performance.now() + TURN_MS
    try {
      const committed = this.#ways.transact((turn) => {
        for (const { run } of this.#queue) {
          count++
          run(turn)
          if (performance.now() > untilMs || turn.writtenBytes > this.#ways.transactionBytes) return
        }
      })
      this.#areMany = count > 1
      this.#answer(this.#take(count), committed)
    } catch (thrown) {
      if (isBusy(thrown)) throw thrown
      // None: the transaction could not even begin.
      this.#aloneCount = count === 0 ? this.#queue.length : count
    }
  }

  #commitFirst(): void {
    const [first] = this.#queue
    try {
      const committed = first && this.#ways.transact(first.run)
      if (committed !== undefined) this.#answer(this.#take(1), committed)
    } catch (thrown) {
      if (isBusy(thrown)) throw thrown
      for (const { reject } of this.#take(1)) reject(thrown)
    }
    this.#aloneCount--
  }

  #commitLone<T>(run: (turn: OneTurn) => T): T {
    const committed = this.#ways.transact(run)
    this.#ways.tell(committed)
    return committed.answer
  }

  #take(count: number): readonly Pending<OneTurn>[] {
    const taken = this.#queue.splice(0, count)
    this.#attemptCount = Math.max(0, this.#attemptCount - count)
    for (const { key, number } of taken) {
      this.#doneNumber = number
      if (this.#latest.get(key) === number) this.#latest.delete(key)
    }
    return taken
  }

  #answer(done: readonly Pending<OneTurn>[], committed: Committed<unknown>): void {
    try {
      this.#ways.tell(committed)
      for (const { resolve } of done) resolve()
    } catch (thrown) {
      for (const { reject } of done) reject(thrown)
    }
  }
}
