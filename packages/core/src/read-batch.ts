/**
 * Reads of one moment as one question to a backend that takes many at once: one deadline, one look at the breaker, one reading of the clock
 * and one promise for all of them, and for each key only its answer.
 */
import { type Backend, MAX_READ_TOGETHER, type StoredEntry } from './backend.ts'
import type { Clock } from './clock.ts'
import type { FaultPolicy } from './fault-policy.ts'
import { allOf, attempted, isThenable } from './maybe-promise.ts'
import type { PendingInvalidation, PendingInvalidations } from './pending-invalidations.ts'
import type { BackendMiss, MaybePromise } from './vocabulary.ts'

/** What was known when the backend was asked. */
export interface AskedMoment {
  readonly nowMs: number
  readonly pending: readonly PendingInvalidation[]
}

/** `undefined`: the backend is to be asked for this key by itself. */
export type BatchAnswer = StoredEntry | BackendMiss | 'fault' | undefined

interface AskedRead {
  readonly key: string
  readonly answer: (entry: BatchAnswer, moment: AskedMoment) => void
  readonly fail: (thrown: unknown) => void
}

export interface BatchSource {
  readonly getMany: NonNullable<Backend['getMany']>
  readonly clock: Clock
  readonly faults: FaultPolicy
  readonly pending: PendingInvalidations
}

export class ReadBatch {
  readonly #source: BatchSource
  #asked: AskedRead[] = []

  constructor(source: BatchSource) {
    this.#source = source
  }

  /** @param give what the caller gets for what was found */
  ask<T>(key: string, give: (entry: BatchAnswer, moment: AskedMoment) => MaybePromise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const answer = (entry: BatchAnswer, moment: AskedMoment): void => {
        try {
          resolve(give(entry, moment))
        } catch (thrown) {
          reject(thrown)
        }
      }
      const count = this.#asked.push({ key, answer, fail: reject })
      if (count === 1) queueMicrotask(this.#sendRest)
      // A full one goes at once, so that the backend has begun.
      else if (count === MAX_READ_TOGETHER) this.#send()
    })
  }

  /** Not twice: those that were full may have gone. */
  readonly #sendRest = (): void => {
    if (this.#asked.length > 0) this.#send()
  }

  #send(): void {
    const asked = this.#asked
    this.#asked = []
    const keys = asked.map(({ key }) => key)
    const answered = (answers: Answers, moment: AskedMoment): void => {
      for (let at = 0; at < asked.length; at++) asked[at]?.answer(answerAt(answers, at), moment)
    }
    const failed = (thrown: unknown): void => {
      for (const { fail } of asked) fail(thrown)
    }
    this.#question(keys, answered, failed)
  }

  /** At most {@link MAX_READ_TOGETHER} keys that are asked for by one call: none of them has a promise of its own. */
  askAll<T>(
    keys: readonly string[],
    give: (key: string, entry: BatchAnswer, moment: AskedMoment) => MaybePromise<T>,
  ): Promise<T[]> {
    const all = new Promise<MaybePromise<T>[]>((resolve, reject) => {
      const answered = (answers: Answers, moment: AskedMoment): void => {
        // Each by itself: what is wrong with one keeps no other from being counted.
        resolve(keys.map((key, at) => attempted(() => give(key, answerAt(answers, at), moment))))
      }
      // As late as others of this moment: behind what was written before.
      queueMicrotask(() => this.#question(keys, answered, reject))
    })
    return all.then(allOf)
  }

  #question(
    keys: readonly string[],
    answered: (answers: Answers, moment: AskedMoment) => void,
    failed: (thrown: unknown) => void,
  ): void {
    const { getMany, clock, faults, pending } = this.#source
    const moment = { nowMs: clock.nowMs(), pending: pending.all }
    // Where the backend answers something else than was asked for, nobody else would hear of it.
    const told = (answers: Answers): void => {
      try {
        answered(answers, moment)
      } catch (thrown) {
        failed(thrown)
      }
    }
    try {
      const answers = faults.attempt('get', () => getMany(keys, moment.nowMs), 'fault' as const, keys.length)
      if (isThenable(answers)) answers.then(told, failed)
      else told(answers)
    } catch (thrown) {
      failed(thrown)
    }
  }
}

type Answers = readonly BatchAnswer[] | 'fault'

function answerAt(answers: Answers, at: number): BatchAnswer {
  return answers === 'fault' ? answers : answers[at]
}
