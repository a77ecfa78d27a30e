/**
 * One holding of the folder's lock, and the steps that are taken in it: each from the newest marks and counts, as if it were alone. What
 * they change in the marks is written down after each, since later steps go by it; the counts are, when the holding ends.
 *
 * A step that fails takes nothing of the others with it: what it was to note is forgotten, and what it may have left
 * half done is counted anew.
 */
import type { RemovalCause } from '@stowage/core'
import type { Ballast } from './ballast.ts'
import type { Counts } from './counts.ts'
import { isMissing, isNoSpace } from './file-error.ts'
import type { Journal } from './journal.ts'
import type { MarkEvent, Marks } from './marks.ts'

/** A holding that has lasted so long leaves to the next one what can be left. */
const LONG_MS = 6

/** What a step answers that has done a part of its work: it is taken once more, from the beginning, when the loop has turned. */
export const UNFINISHED: unique symbol = Symbol('unfinished')
export type Unfinished = typeof UNFINISHED

/** What a step works with. */
export interface Turn {
  readonly isLong: boolean
  readonly marks: Marks
  readonly counts: Counts
  /** Changes the marks, for all who follow. */
  readonly emit: (event: MarkEvent) => void
  /** Listeners hear of it when the holding has ended. */
  readonly removed: (key: string, cause: RemovalCause) => void
  /** The path of what the step has stored: for room that is wanted then, others leave. */
  readonly stored: (path: string) => void
}

interface Lock {
  tryTake(): boolean
  release(): void
}

export interface HoldingParts {
  readonly lock: Lock
  readonly journal: Journal
  readonly counts: Counts
  /** Called when the folder has gone: makes another one. */
  readonly restore: () => void
  readonly ballast: Ballast
  /** Makes room on a full disk, for which the entry at `keptPath` does not leave. */
  readonly relieve: (turn: Turn, keptPath: string, nowMs: number) => void
  /** Told what left, once the lock is given back. */
  readonly tell: (key: string, cause: RemovalCause) => void
}

export class Holdings {
  readonly #parts: HoldingParts
  #isInDoubt = false

  constructor(parts: HoldingParts) {
    this.#parts = parts
  }

  /** A step of somebody else may have been left half done. */
  doubtAll(): void {
    this.#isInDoubt = true
  }

  /** Undefined when somebody else has the lock. @throws what the filesystem throws; the lock is free then */
  begin(nowMs: number): Holding | undefined {
    if (!this.#take()) return undefined
    const { lock, counts, journal, ballast } = this.#parts
    try {
      // On a full disk there may be no room to write the journal anew, or that the machine was started.
      ballast.spentFor(() => journal.followToWrite(nowMs))
      counts.load()
      if (this.#isInDoubt) counts.doubtAll()
      return new Holding(this.#parts, this.#onSaved)
    } catch (thrown) {
      lock.release()
      throw thrown
    }
  }

  readonly #onSaved = (isSaved: boolean): void => {
    this.#isInDoubt = !isSaved
  }

  #take(): boolean {
    const { lock, journal, counts, restore, ballast } = this.#parts
    try {
      return ballast.spentFor(() => lock.tryTake())
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown
      // Where the folder was moved away, the files that are open are those of another cache now.
      journal.forget()
      counts.close()
      restore()
      return lock.tryTake()
    }
  }
}

export class Holding {
  readonly #parts: HoldingParts
  readonly #onSaved: (isSaved: boolean) => void
  readonly #turn: HeldTurn
  #isForgotten = false

  constructor(parts: HoldingParts, onSaved: (isSaved: boolean) => void) {
    this.#parts = parts
    this.#onSaved = onSaved
    this.#turn = new HeldTurn(parts)
  }

  /** @param shard the one that the step works on: where it fails, the shard's figures are in doubt */
  do<T>(shard: number | undefined, nowMs: number, step: (turn: Turn) => T): T {
    const { journal, counts } = this.#parts
    const turn = this.#turn
    turn.begin()
    try {
      if (this.#isForgotten) journal.followToWrite(nowMs)
      this.#isForgotten = false
      const answer = step(turn)
      this.#note(nowMs)
      return answer
    } catch (thrown) {
      // What was meant to be noted was not: the marks are read again, and the files counted.
      if (turn.events.length > 0) journal.forget()
      this.#isForgotten ||= turn.events.length > 0
      if (shard !== undefined) counts.doubt(shard)
      counts.doubtTouched()
      throw thrown
    }
  }

  /**
   * @param outcome `failed`: by a failure that says more than one of this
   * @throws when the counts cannot be written down; the lock is free all the same
   */
  end(outcome?: 'failed'): void {
    const { lock, counts, tell } = this.#parts
    try {
      counts.save()
      this.#onSaved(true)
    } catch (thrown) {
      this.#onSaved(false)
      if (outcome !== 'failed') throw thrown
    } finally {
      lock.release()
    }
    for (const [key, cause] of this.#turn.removals) tell(key, cause)
  }

  /** On a full disk, other entries leave for it: an invalidation must not fail for want of a few bytes. */
  #note(nowMs: number): void {
    const { journal, ballast, relieve } = this.#parts
    const turn = this.#turn
    try {
      journal.append(turn.events, nowMs)
    } catch (thrown) {
      if (!isNoSpace(thrown)) throw thrown
      ballast.giveUp()
      relieve(turn, turn.storedPath, nowMs)
      journal.append(turn.events, nowMs)
    }
    if (!ballast.isDue || ballast.restore()) return
    relieve(turn, turn.storedPath, nowMs)
    ballast.restore()
  }
}

/** The one turn of a holding, which its steps take after one another. A class, as making an object with a getter takes microseconds. */
class HeldTurn implements Turn {
  readonly counts: Counts
  readonly removals: [string, RemovalCause][] = []
  readonly #journal: Journal
  readonly #sinceMs = performance.now()
  #events: MarkEvent[] = []
  #storedPath = ''

  constructor({ journal, counts }: HoldingParts) {
    this.#journal = journal
    this.counts = counts
  }

  /** Of the step that goes on. */
  get events(): readonly MarkEvent[] {
    return this.#events
  }

  get storedPath(): string {
    return this.#storedPath
  }

  get marks(): Marks {
    return this.#journal.marks
  }

  get isLong(): boolean {
    return performance.now() - this.#sinceMs >= LONG_MS
  }

  begin(): void {
    if (this.#events.length > 0) this.#events = []
    this.#storedPath = ''
  }

  readonly emit = (event: MarkEvent): void => {
    this.#events.push(event)
    this.#journal.marks.apply(event)
  }

  readonly removed = (key: string, cause: RemovalCause): void => {
    this.removals.push([key, cause])
  }

  readonly stored = (path: string): void => {
    this.#storedPath = path
  }
}
