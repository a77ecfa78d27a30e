/** Tasks of one key, one after the other; keys do not wait for each other. */
import type { Work } from './work-scope.ts'

export class KeyTurns {
  readonly #last = new Map<string, { readonly work: Work; readonly turn: Promise<unknown> }>()

  /** Keys with a task that has not ended. */
  get size(): number {
    return this.#last.size
  }

  /** Whose turn of the key comes right before the next one. */
  last(key: string): Work | undefined {
    return this.#last.get(key)?.work
  }

  /** Runs the task when all tasks of the key that came before have ended, well or not. */
  run<T>(work: Work, task: () => Promise<T>): Promise<T> {
    const { key } = work
    const before = this.#last.get(key)?.turn
    const turn = before === undefined ? task() : before.then(task, task)
    this.#last.set(key, { work, turn })
    const done = () => {
      if (this.#last.get(key)?.work === work) this.#last.delete(key)
    }
    turn.then(done, done)
    return turn
  }
}
