/**
 * Reads of one moment as one question to a backend that takes many at once: one deadline, one look at the breaker, one reading of the clock
 * and one promise for all of them, and for each key only its answer.
 */
import { type Backend, MAX_READ_TOGETHER, type StoredEntry } from './backend.ts'
import type { Clock } from './clock.ts'
import type { FaultPolicy } from './fault-policy.ts'
import { allOf, isThenable } from './maybe-promise.ts'
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
  /** Told of what has to be waited for before anything is closed. */
  tracked<T>(call: Promise<T>): Promise<T>
}

export class ReadBatch {
  readonly #source: BatchSource
  #asked: AskedRead[] = []
  /** Resolves when the reads that gather now are answered. */
  #ended: PromiseWithResolvers<void> | undefined

  constructor(source: BatchSource) {
    this.#source = source
  }

  /** @param give what the caller gets for what was found */
  ask<T>(key: string, give: (entry: BatchAnswer, moment: AskedMoment) => MaybePromise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const answer = (entry: BatchAnswer, moment: AskedMoment): void => {
        try {
          const given = give(entry, moment)
          resolve(isThenable(given) ? this.#source.tracked(given) : given)
        } catch (thrown) {
          reject(thrown)
        }
      }
      const count = this.#asked.push({ key, answer, fail: reject })
      if (count === 1) this.#begin()
      // A full one goes at once, so that the backend has begun.
      else if (count === MAX_READ_TOGETHER) this.#send()
    })
  }

  #begin(): void {
    this.#ended = Promise.withResolvers()
    void this.#source.tracked(this.#ended.promise)
    queueMicrotask(this.#sendRest)
  }

  /** Not twice: those that were full may have gone. */
  readonly #sendRest = (): void => {
    if (this.#asked.length > 0) this.#send()
  }

  #send(): void {
    const asked = this.#asked
    const ended = this.#ended
    this.#asked = []
    const keys = asked.map(({ key }) => key)
    const answered = (answers: Answers, moment: AskedMoment): void => {
      for (let at = 0; at < asked.length; at++) asked[at]?.answer(answerAt(answers, at), moment)
      ended?.resolve()
    }
    const failed = (thrown: unknown): void => {
      for (const { fail } of asked) fail(thrown)
      ended?.resolve()
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
        try {
          resolve(keys.map((key, at) => give(key, answerAt(answers, at), moment)))
        } catch (thrown) {
          reject(thrown)
        }
      }
      // As late as others of this moment: behind what was written before.
      queueMicrotask(() => this.#question(keys, answered, reject))
    })
    return this.#source.tracked(all.then(allOf))
  }

  #question(
    keys: readonly string[],
    answered: (answers: Answers, moment: AskedMoment) => void,
    failed: (thrown: unknown) => void,
  ): void {
    const { getMany, clock, faults, pending } = this.#source
    const moment = { nowMs: clock.nowMs(), pending: pending.all }
    try {
      const answers = faults.attempt('get', () => getMany(keys, moment.nowMs), 'fault' as const, keys.length)
      if (isThenable(answers)) answers.then((given) => answered(given, moment), failed)
      else answered(answers, moment)
    } catch (thrown) {
      failed(thrown)
    }
  }
}

type Answers = readonly BatchAnswer[] | 'fault'

function answerAt(answers: Answers, at: number): BatchAnswer {
  return answers === 'fault' ? answers : answers[at]
}
