/**
 * Reads of one moment as one question to a backend that takes many at once: one deadline, one look at the breaker, one reading of the clock
 * and one promise for all of them, and for each key only its answer.
 */
import { type Backend, MAX_READ_TOGETHER, type StoredEntry } from './backend.ts'
import type { Clock } from './clock.ts'
import type { FaultPolicy } from './fault-policy.ts'
import { allOf, attempted, settle } from './maybe-promise.ts'
import type { PendingInvalidation, PendingInvalidations } from './pending-invalidations.ts'
import type { BackendMiss, MaybePromise } from './vocabulary.ts'

/** What was known when the backend was asked. */
export interface AskedMoment {
  readonly nowMs: number
  readonly pending: readonly PendingInvalidation[]
}

/** `undefined`: the backend is to be asked for this key by itself. */
export type BatchAnswer = StoredEntry | BackendMiss | 'fault' | undefined

/** What a caller gets for what was found. */
type Give<T> = (entry: BatchAnswer, moment: AskedMoment) => MaybePromise<T>

/** Keys that are asked for as one question, and its answer. */
interface Question {
  readonly keys: string[]
  readonly answered: PromiseWithResolvers<Answered>
}

interface Answered {
  readonly answers: Answers
  readonly moment: AskedMoment
}

export interface BatchSource {
  readonly getMany: NonNullable<Backend['getMany']>
  readonly clock: Clock
  readonly faults: FaultPolicy
  readonly pending: PendingInvalidations
}

export class ReadBatch {
  readonly #source: BatchSource
  /** What is collected until this turn of the microtask queue is over. */
  #open: Question | undefined

  constructor(source: BatchSource) {
    this.#source = source
  }

  ask<T>(key: string, give: Give<T>): Promise<T> {
    this.#open ??= this.#begin()
    const { keys, answered } = this.#open
    const at = keys.push(key) - 1
    const given = answered.promise.then(({ answers, moment }) => give(answerAt(answers, at), moment))
    // A full one goes at once, so that the backend has begun.
    if (keys.length === MAX_READ_TOGETHER) this.#send(this.#open)
    return given
  }

  #begin(): Question {
    const question = newQuestion()
    queueMicrotask(() => {
      // One that was full has gone.
      if (this.#open === question) this.#send(question)
    })
    return question
  }

  #send(question: Question): void {
    this.#open = undefined
    this.#put(question)
  }

  /** At most {@link MAX_READ_TOGETHER} keys that are asked for by one call: none of them has a promise of its own. */
  askAll<T>(
    keys: readonly string[],
    give: (key: string, entry: BatchAnswer, moment: AskedMoment) => MaybePromise<T>,
  ): Promise<T[]> {
    const question = newQuestion(keys)
    this.#put(question)
    return question.answered.promise.then(({ answers, moment }) =>
      // Each by itself: what is wrong with one keeps no other from being counted.
      allOf(keys.map((key, at) => attempted(() => give(key, answerAt(answers, at), moment)))),
    )
  }

  #put({ keys, answered }: Question): void {
    const { getMany, clock, faults, pending } = this.#source
    const moment = { nowMs: clock.nowMs(), pending: pending.all }
    const ask = (): MaybePromise<Answers> =>
      faults.attempt('get', () => getMany(keys, moment.nowMs), 'fault' as const, keys.length)
    settle(ask, (answers) => answered.resolve({ answers, moment }), answered.reject)
  }
}

function newQuestion(keys: readonly string[] = []): Question {
  return { keys: [...keys], answered: Promise.withResolvers() }
}

type Answers = readonly BatchAnswer[] | 'fault'

function answerAt(answers: Answers, at: number): BatchAnswer {
  return answers === 'fault' ? answers : answers[at]
}
