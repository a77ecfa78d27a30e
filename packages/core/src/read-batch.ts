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

/** What a caller asks for, whatever else it is to know when the answer comes. */
interface AskedKey {
  readonly key: string
}

/** What a caller gets for what was found. */
type Give<Asked, T> = (asked: Asked, entry: BatchAnswer, moment: AskedMoment) => MaybePromise<T>

interface WaitingRead extends AskedKey {
  answer(entry: BatchAnswer, moment: AskedMoment): void
  fail(thrown: unknown): void
}

/** No function of its own: of a thousand at once each outlives the young generation of the heap, with all that it holds. */
class AskedRead<Asked extends AskedKey, T> implements WaitingRead {
  readonly key: string
  readonly #asked: Asked
  readonly #give: Give<Asked, T>
  readonly #caller: PromiseWithResolvers<T>

  constructor(asked: Asked, give: Give<Asked, T>, caller: PromiseWithResolvers<T>) {
    this.key = asked.key
    this.#asked = asked
    this.#give = give
    this.#caller = caller
  }

  answer(entry: BatchAnswer, moment: AskedMoment): void {
    try {
      this.#caller.resolve(this.#give(this.#asked, entry, moment))
    } catch (thrown) {
      this.fail(thrown)
    }
  }

  fail(thrown: unknown): void {
    this.#caller.reject(thrown)
  }
}

export interface BatchSource {
  readonly getMany: NonNullable<Backend['getMany']>
  readonly clock: Clock
  readonly faults: FaultPolicy
  readonly pending: PendingInvalidations
}

export class ReadBatch {
  readonly #source: BatchSource
  #asked: WaitingRead[] = []

  constructor(source: BatchSource) {
    this.#source = source
  }

  ask<Asked extends AskedKey, T>(asked: Asked, give: Give<Asked, T>): Promise<T> {
    const caller = Promise.withResolvers<T>()
    const count = this.#asked.push(new AskedRead(asked, give, caller))
    if (count === 1) queueMicrotask(this.#sendRest)
    // A full one goes at once, so that the backend has begun.
    else if (count === MAX_READ_TOGETHER) this.#send()
    return caller.promise
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
      for (const each of asked) each.fail(thrown)
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
    const ask = (): MaybePromise<Answers> =>
      faults.attempt('get', () => getMany(keys, moment.nowMs), 'fault' as const, keys.length)
    settle(ask, (answers) => answered(answers, moment), failed)
  }
}

type Answers = readonly BatchAnswer[] | 'fault'

function answerAt(answers: Answers, at: number): BatchAnswer {
  return answers === 'fault' ? answers : answers[at]
}
