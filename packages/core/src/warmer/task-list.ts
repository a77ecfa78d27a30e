/** The tasks of one run, handed out one by one: all of a list, or those with the keys that were asked for. */
import { yieldToLoop } from '../clock.ts'
import { ConfigError, describe } from '../errors.ts'
import { type Key, keyText } from '../key.ts'
import type { WarmTask, WarmTasks } from './warm-task.ts'

/** Values that are at hand are found without the event loop ever turning, so it is let in once per this many tasks. */
const TASKS_PER_TURN = 16

export class TaskList {
  readonly #tasks: Iterator<WarmTask> | AsyncIterator<WarmTask>
  /** The keys that are still looked for; undefined: all tasks are wanted. */
  readonly #wanted: Map<string, Key> | undefined
  #total: number | undefined
  #readCount = 0
  #isDone = false

  /** @throws ConfigError when `tasks` is no list. */
  constructor(tasks: WarmTasks, keys: readonly Key[] | undefined) {
    this.#wanted = keys && new Map(keys.map((key) => [keyText(key), key]))
    this.#total = this.#wanted?.size
    if (isAsyncList(tasks)) {
      this.#tasks = tasks[Symbol.asyncIterator]()
      return
    }
    if (!isList(tasks)) {
      throw new ConfigError(
        `tasks: ${describe(tasks)} is not a list; allowed: a list of { key, loader }, an async one, or a function that gives one`,
      )
    }
    const all = [...tasks]
    this.#tasks = all.values()
    this.#total ??= all.length
  }

  /** How many there are; undefined until an async list has come to its end. */
  get total(): number | undefined {
    return this.#total
  }

  /** Keys that were asked for and that no task has had so far. */
  get missingKeys(): readonly Key[] {
    return [...(this.#wanted?.values() ?? [])]
  }

  /** The next task, whatever it is; undefined after the last. */
  async next(): Promise<{ readonly task: WarmTask } | undefined> {
    while (this.#wanted?.size !== 0) {
      if (this.#readCount % TASKS_PER_TURN === TASKS_PER_TURN - 1) await yieldToLoop()
      const step = await this.#tasks.next()
      if (step.done === true) {
        this.#isDone = true
        this.#total ??= this.#readCount
        return undefined
      }
      this.#readCount++
      if (this.#take(step.value)) return { task: step.value }
    }
    return undefined
  }

  /** Lets a list that is left before its end give back what it holds. */
  async leave(): Promise<void> {
    if (this.#isDone) return
    this.#isDone = true
    await this.#tasks.return?.()
  }

  /** Whether the task is wanted; another with the same key is not. */
  #take(task: WarmTask): boolean {
    if (this.#wanted === undefined) return true
    try {
      return this.#wanted.delete(keyText(task.key))
    } catch {
      return false // What is no key was not asked for; a run of all tasks says what is wrong with it.
    }
  }
}

function isAsyncList(tasks: WarmTasks): tasks is AsyncIterable<WarmTask> {
  return typeof tasks === 'object' && tasks !== null && Symbol.asyncIterator in tasks
}

function isList(tasks: WarmTasks): tasks is Iterable<WarmTask> {
  return typeof tasks === 'object' && tasks !== null && Symbol.iterator in tasks
}
