/**
 * Sets of one moment as one question to a backend that takes many at once: one deadline, one look at the breaker and one reading of the
 * clock for all of them. Whatever else is asked of the backend is behind them (fault-policy.ts), as if each had been asked for by itself.
 */
import { type Backend, type GivenWrite, MAX_WRITE_TOGETHER, type NewEntry } from './backend.ts'
import type { Clock } from './clock.ts'
import type { FaultPolicy } from './fault-policy.ts'
import { settle } from './maybe-promise.ts'
import type { MaybePromise, WriteOutcome } from './vocabulary.ts'

/** Entries that are to be set by one question, and what becomes of them. */
interface Question {
  readonly writes: GivenWrite[]
  readonly answered: PromiseWithResolvers<Answers>
}

export interface WriteSource {
  readonly setMany: NonNullable<Backend['setMany']>
  readonly clock: Clock
  readonly faults: FaultPolicy
}

/** A question that holds more goes at once: what is longer has a deadline of its own. Bytes, or characters of texts. */
const MAX_LENGTH_TOGETHER = 1_048_576

type Answers = readonly (WriteOutcome | Error)[] | 'fault'

export class WriteBatch {
  readonly #source: WriteSource
  /** What is collected until this turn of the microtask queue is over. */
  #open: Question | undefined
  #length = 0

  constructor(source: WriteSource) {
    this.#source = source
  }

  /**
   * @param entry has been encoded: its value may be changed from now on
   * @param length of its body
   */
  ask(key: string, entry: NewEntry, length: number): Promise<WriteOutcome | 'fault'> {
    this.#open ??= this.#begin()
    const { writes, answered } = this.#open
    const at = writes.push({ key, entry }) - 1
    this.#length += length
    const outcome = answered.promise.then((answers) => this.#outcomeAt(answers, at))
    // A full one goes at once, so that the backend has begun.
    if (writes.length === MAX_WRITE_TOGETHER || this.#length >= MAX_LENGTH_TOGETHER) this.send()
    return outcome
  }

  #begin(): Question {
    queueMicrotask(this.send)
    return { writes: [], answered: Promise.withResolvers() }
  }

  /** What has been asked for goes now. */
  readonly send = (): void => {
    const asked = this.#open
    if (asked === undefined) return
    this.#open = undefined
    this.#length = 0
    const { writes, answered } = asked
    const { setMany, clock, faults } = this.#source
    const ask = (): MaybePromise<Answers> =>
      faults.attempt('set', () => setMany(writes, clock.nowMs()), 'fault' as const, writes.length)
    settle(ask, answered.resolve, answered.reject)
  }

  /** @throws what one that failed alone comes to */
  #outcomeAt(answers: Answers, at: number): WriteOutcome | 'fault' {
    const answer = answers === 'fault' ? answers : answers[at]
    if (typeof answer === 'string') return answer
    const cause = answer ?? new Error('the backend did not answer for each of the entries it was given')
    return this.#source.faults.failedAlone('set', cause, 'fault')
  }
}
