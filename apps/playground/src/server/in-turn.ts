/** Steps one after the other, whoever asks for them. */

/** @returns what runs a step once those before it have ended, however they did: how is told to who asked for each. */
export function inTurns(): <T>(step: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(step: () => T | Promise<T>): Promise<T> => {
    const turn = last.then(step)
    last = Promise.allSettled([turn])
    return turn
  }
}
