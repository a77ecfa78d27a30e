/**
 * Going on with an answer that is there at once or later. What is there at once is answered at once: each promise on the way
 * of a hit costs as much as a part of the hit itself.
 */
import type { MaybePromise } from './vocabulary.ts'

export function isThenable<T>(answer: MaybePromise<T>): answer is Promise<T> {
  return typeof answer === 'object' && answer !== null && 'then' in answer && typeof answer.then === 'function'
}

/** What `change` makes of the answer, as early as that can be. */
export function mapped<T, U>(answer: MaybePromise<T>, change: (answer: T) => MaybePromise<U>): MaybePromise<U> {
  return isThenable(answer) ? answer.then(change) : change(answer)
}

/** What it comes to; what it throws at once is a promise that fails, as what it throws later. */
export function attempted<T>(run: () => MaybePromise<T>): MaybePromise<T> {
  try {
    return run()
  } catch (thrown) {
    return Promise.reject(thrown)
  }
}

/** Tells one of the two what it comes to. A promise that is resolved with another one costs two more. */
export function settle<T>(
  run: () => MaybePromise<T>,
  answered: (answer: T) => void,
  failed: (thrown: unknown) => void,
): void {
  const answer = attempted(run)
  if (isThenable(answer)) answer.then(answered, failed)
  else answered(answer)
}

/** All of them: at once, where each is there. `Promise.all` makes promises for what is there, too. */
export function allOf<T>(answers: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  const there: T[] = []
  for (const answer of answers) {
    if (isThenable(answer)) return Promise.all(answers)
    there.push(answer)
  }
  return there
}
