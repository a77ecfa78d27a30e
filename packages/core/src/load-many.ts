/**
 * Many keys in one load: what is there is served, what others are loading is joined, and only the rest is asked of the
 * source, in one call. Each key keeps its own lease, flight and write, so that the promises of a single load hold for it.
 */
import { yieldToLoop } from './clock.ts'
import type { CacheCore } from './core.ts'
import { UsageError } from './errors.ts'
import type { Key } from './key.ts'
import { load, type Served } from './load.ts'
import { flightScope, type LoadRequest } from './load-flight.ts'
import type { Flight } from './single-flight.ts'

/** Asks the source for the keys that are missing. A key that is not in the answer has no value: undefined. */
export type BulkLoader<K extends Key, T> = (missing: readonly K[]) => ReadonlyMap<K, T> | Promise<ReadonlyMap<K, T>>

/** One key's request, but for the loader, which all share. */
export type KeyRequest<K extends Key> = Omit<LoadRequest<unknown>, 'loader' | 'key' | 'onJoin'> & { readonly key: K }

export async function loadMany<K extends Key, T>(
  core: CacheCore,
  requests: readonly KeyRequest<K>[],
  loader: BulkLoader<K, T>,
  storageKeyOf: (key: K) => string,
): Promise<readonly Served<unknown>[]> {
  const batch = new LoadBatch(requests.length, loader, storageKeyOf)
  const outcomes = requests.map(async (request) => {
    const decided = batch.oneDecision()
    try {
      return await load(core, {
        ...request,
        loader: () => {
          const answer = batch.ask(request)
          decided()
          return answer
        },
        onJoin: decided,
      })
    } finally {
      decided()
    }
  })
  return Promise.all(outcomes)
}

interface Question<K, T> {
  readonly key: K
  readonly storageKey: string
  /** The flights that wait for the answer. */
  readonly flights: readonly Flight<unknown>[]
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
      this.#questions.push({ key, storageKey, flights: flightScope.getStore() ?? [], answer, fail })
    })
  }

  #send(): void {
    const questions = this.#questions
    this.#questions = []
    if (questions.length === 0) return
    // All of the batch wait for this one call of the loader.
    const flights = questions.flatMap((question) => question.flights)
    const asked = flightScope.run(flights, () => this.#askSource(questions.map(({ key }) => key)))
    asked.then(
      (found) => {
        for (const { storageKey, answer } of questions) answer(found.get(storageKey))
      },
      (error: unknown) => {
        for (const { fail } of questions) fail(error)
      },
    )
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
