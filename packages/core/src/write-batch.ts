/**
 * Sets of one moment as one question to a backend that takes many at once: one deadline, one look at the breaker and one reading of the
 * clock for all of them. Whatever else is asked of the backend is behind them (fault-policy.ts), as if each had been asked for by itself.
 */
import { type Backend, type GivenWrite, MAX_WRITE_TOGETHER, type NewEntry } from './backend.ts'
import type { Clock } from './clock.ts'
import type { FaultPolicy } from './fault-policy.ts'
import { settle } from './maybe-promise.ts'
import type { MaybePromise, WriteOutcome } from './vocabulary.ts'

interface AskedWrite extends GivenWrite {
  readonly resolve: (outcome: WriteOutcome | 'fault') => void
  readonly reject: (thrown: unknown) => void
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
  #asked: AskedWrite[] = []
  #length = 0

  constructor(source: WriteSource) {
    this.#source = source
  }

  /**
   * @param entry has been encoded: its value may be changed from now on
   * @param length of its body
   */
  ask(key: string, entry: NewEntry, length: number): Promise<WriteOutcome | 'fault'> {
    return new Promise((resolve, reject) => {
      const count = this.#asked.push({ key, entry, resolve, reject })
      this.#length += length
      // A full one goes at once, so that the backend has begun.
      if (count === MAX_WRITE_TOGETHER || this.#length >= MAX_LENGTH_TOGETHER) this.send()
      else if (count === 1) queueMicrotask(this.send)
    })
  }

  /** What has been asked for goes now. */
  readonly send = (): void => {
    const asked = this.#asked
    if (asked.length === 0) return
    this.#asked = []
    this.#length = 0
    const { setMany, clock, faults } = this.#source
    const failed = (thrown: unknown): void => {
      for (const { reject } of asked) reject(thrown)
    }
    const answered = (answers: Answers): void => {
      for (let at = 0; at < asked.length; at++) this.#answer(asked[at], answers === 'fault' ? answers : answers[at])
    }
    const ask = (): MaybePromise<Answers> =>
      faults.attempt('set', () => setMany(asked, clock.nowMs()), 'fault' as const, asked.length)
    settle(ask, answered, failed)
  }

  #answer(asked: AskedWrite | undefined, answer: Exclude<Answers, 'fault'>[number] | 'fault' | undefined): void {
    if (typeof answer === 'string') {
      asked?.resolve(answer)
      return
    }
    try {
      const cause = answer ?? new Error('the backend did not answer for each of the entries it was given')
      asked?.resolve(this.#source.faults.failedAlone('set', cause, 'fault'))
    } catch (thrown) {
      asked?.reject(thrown)
    }
  }
}
