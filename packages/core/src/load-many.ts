/**
 * Many keys in one load: what is there is served, what others are loading is joined, and only the rest is asked of the
 * source, in one call. Each key keeps its own lease, flight and write, so that the promises of a single load hold for it.
 */
import { inSlices, yieldToLoop } from './clock.ts'
import type { CacheCore } from './core.ts'
import { UsageError } from './errors.ts'
import type { Key, KeySpace } from './key.ts'
import { load } from './load.ts'
import type { LoadPlan } from './plan.ts'
import { type Work, workScope } from './work-scope.ts'

/** Asks the source for the keys that are missing. A key that is not in the answer has no value: undefined. */
export type BulkLoader<K extends Key, T> = (missing: readonly K[]) => ReadonlyMap<K, T> | Promise<ReadonlyMap<K, T>>

/** Many keys to load under one plan. */
interface BulkRequest<K extends Key, T> {
  readonly keys: readonly K[]
  readonly keySpace: KeySpace
  readonly loader: BulkLoader<K, T>
  readonly plan: LoadPlan
}

/** @returns the values under the very keys that were given. */
export async function loadMany<K extends Key, T>(
  core: CacheCore,
  { keys, keySpace, loader, plan }: BulkRequest<K, T>,
): Promise<Map<K, unknown>> {
  const storageKeyOf = (key: K) => keySpace.storageKey(key)
  const storageKeys = await inSlices([...keys], (key) => [key, storageKeyOf(key)] as const)
  const unique = new Map(storageKeys.map(([key, storageKey]) => [storageKey, key]))
  const batch = new LoadBatch(unique.size, loader, storageKeyOf)
  const loads = inSlices(unique, async ([storageKey, key]) => {
    const decided = batch.oneDecision()
    const ask = () => {
      const answer = batch.ask({ key, storageKey })
      decided()
      return answer
    }
    try {
      const served = await load(core, { key, storageKey, plan, keys: keySpace, loader: ask, onJoin: decided })
      return [storageKey, served.value] as const
    } finally {
      decided()
    }
  })
  const values = new Map(await loads)
  return new Map(storageKeys.map(([key, storageKey]) => [key, values.get(storageKey)]))
}

interface Question<K, T> {
  readonly key: K
  readonly storageKey: string
  /** The loads that wait for the answer. */
  readonly works: readonly Work[]
  readonly answer: (value: T | undefined) => void
  readonly fail: (error: unknown) => void
}

/** Collects the keys to load until every request has decided whether it loads; what comes later goes a turn at a time. */
class LoadBatch<K extends Key, T> {
  readonly #loader: BulkLoader<K, T>
  readonly #storageKeyOf: (key: K) => string
  #undecidedCount: number
  #questions: Question<K, T>[] = []

  constructor(requestCount: number, loader: BulkLoader<K, T>, storageKeyOf: (key: K) => string) {
    this.#undecidedCount = requestCount
    this.#loader = loader
    this.#storageKeyOf = storageKeyOf
  }

  /** For one request to say, once, that it has been answered, waits for another's load, or has asked. */
  oneDecision(): () => void {
    let decided = false
    return () => {
      if (decided) return
      decided = true
      if (--this.#undecidedCount === 0) this.#send()
    }
  }

  ask({ key, storageKey }: { readonly key: K; readonly storageKey: string }): Promise<T | undefined> {
    if (this.#undecidedCount === 0 && this.#questions.length === 0) void yieldToLoop().then(() => this.#send())
    return new Promise((answer, fail) => {
      this.#questions.push({ key, storageKey, works: workScope.getStore() ?? [], answer, fail })
    })
  }

  #send(): void {
    const questions = this.#questions
    this.#questions = []
    if (questions.length === 0) return
    // All of the batch wait for this one call of the loader.
    const works = questions.flatMap((question) => question.works)
    const asked = workScope.run(works, () => this.#askSource(questions.map(({ key }) => key)))
    asked.then(
      (found) => this.#answer(questions, found),
      (error: unknown) => {
        for (const { fail } of questions) fail(error)
      },
    )
  }

  /** Each answer is a write, so that the loop turns between slices of them. */
  async #answer(questions: readonly Question<K, T>[], found: ReadonlyMap<string, T>): Promise<void> {
    await inSlices(questions, async ({ storageKey, answer }) => answer(found.get(storageKey)))
  }

  /** By storage key: keys are compared by value, and a source makes its own. */
  async #askSource(keys: readonly K[]): Promise<ReadonlyMap<string, T>> {
    const found = await this.#loader(keys)
    if (isMap(found)) return new Map(Array.from(found, ([key, value]) => [this.#storageKeyOf(key), value]))
    throw new UsageError(
      'getOrSetMany: the loader returned no Map; allowed: a Map from the keys it was given to their values',
    )
  }
}

/** Typed loaders give Maps; others give anything. */
function isMap<K, T>(found: ReadonlyMap<K, T>): boolean {
  return found instanceof Map
}
