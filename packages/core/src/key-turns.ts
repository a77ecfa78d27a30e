/** Tasks of one key, one after the other; keys do not wait for each other. */
export class KeyTurns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Keys with a task that has not ended. */
  get size(): number {
    return this.#last.size
  }

  /** Runs the task when all tasks of the key that came before have ended, well or not. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const turn = before === undefined ? task() : before.then(task, task)
    this.#last.set(key, turn)
    const done = () => {
      if (this.#last.get(key) === turn) this.#last.delete(key)
    }
    turn.then(done, done)
    return turn
  }
}
