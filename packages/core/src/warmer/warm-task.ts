/** What a warmer is to warm, one key at a time, and the lists such tasks come in. */
import { describe } from '../errors.ts'
import { type Key, keyName } from '../key.ts'
import type { Loader } from '../load-context.ts'
import type { LoadOptions } from '../options.ts'
import type { Ttl } from '../ttl.ts'
import type { MaybePromise } from '../vocabulary.ts'

/** One getOrSet, written down for later. */
export interface WarmTask {
  readonly key: Key
  readonly loader: Loader<unknown>
  readonly options?: Ttl | LoadOptions
  /** What events and reports call it. Default: its key as text. */
  readonly name?: string
}

/** A list that is there is read at once, so that its length is known; an async one is read as the run goes on. */
export type WarmTasks = Iterable<WarmTask> | AsyncIterable<WarmTask>

/** Asked anew by each run. `signal` fires when the run ends early. */
export type WarmTaskSource = WarmTasks | ((context: { readonly signal: AbortSignal }) => MaybePromise<WarmTasks>)

/** What to call a task where people read it. Made for whatever is in a list, as nothing has looked at it yet. */
export function taskName(task: WarmTask): string {
  try {
    return task?.name ?? keyName(task?.key)
  } catch {
    return describe(task) // One that cannot even say its name fails when it is carried out.
  }
}

/** The key it names; the empty text where it has none to give. */
export function taskKey(task: WarmTask): Key {
  try {
    return task?.key ?? ''
  } catch {
    return '' // What it threw is the task's failure already.
  }
}
