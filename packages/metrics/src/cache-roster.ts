/**
 * The caches that one exporter watches, by name, and the looks at them.
 *
 * A look must end whatever a backend does: what it holds is asked for with a time limit, and is missing from the reading
 * when it was not said in time. A closed cache is forgotten at the next look.
 */
import { type Cache, type CacheEvents, type CacheUsage, type Clock, ConfigError } from '@stowage/core'
import type { Reading } from './metric-list.ts'

/** How long a look waits for what a backend holds: well within the ten seconds that a scrape may take by default. */
const USAGE_LIMIT_MS = 1_000

export interface RosterOptions {
  readonly clock: Clock
  /** Left out where nobody wants to know. */
  readonly onLoad?: (cache: string, event: CacheEvents['load']) => void
  onLeave(cache: string): void
}

interface Member {
  readonly cache: Cache
  readonly stopListening: () => void
  /** The question that the backend has not answered yet: it is not asked twice at a time. */
  asked: Promise<CacheUsage | undefined> | undefined
}

export class CacheRoster {
  readonly #options: RosterOptions
  readonly #members = new Map<string, Member>()
  #look: Promise<readonly Reading[]> | undefined

  constructor(options: RosterOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#members.size
  }

  /** @returns how to take them out again. @throws ConfigError when two have one name; none has been added then */
  add(caches: readonly Cache[]): () => void {
    this.#forgetClosed()
    const names = new Set(this.#members.keys())
    for (const { name } of caches) {
      if (names.has(name)) throw new ConfigError(twice(name))
      names.add(name)
    }
    const added = caches.map((cache) => this.#enter(cache))
    return () => {
      for (const member of added) this.#leave(member)
    }
  }

  /** One look at each cache. Everything that asks within one turn of the loop, as the metrics of a scrape do, shares it. */
  read(): Promise<readonly Reading[]> {
    if (this.#look === undefined) {
      this.#forgetClosed()
      this.#look = Promise.all(Array.from(this.#members.values(), (member) => this.#readingOf(member)))
      queueMicrotask(() => {
        this.#look = undefined
      })
    }
    return this.#look
  }

  #enter(cache: Cache): Member {
    const { onLoad } = this.#options
    const stopListening =
      onLoad === undefined ? () => undefined : cache.on('load', (event) => onLoad(cache.name, event))
    const member: Member = { cache, stopListening, asked: undefined }
    this.#members.set(cache.name, member)
    return member
  }

  #leave(member: Member): void {
    const { name } = member.cache
    if (this.#members.get(name) !== member) return
    this.#members.delete(name)
    member.stopListening()
    this.#options.onLeave(name)
  }

  #forgetClosed(): void {
    for (const member of this.#members.values()) {
      if (member.cache.closed) this.#leave(member)
    }
  }

  async #readingOf(member: Member): Promise<Reading> {
    const usage = await this.#usageOf(member)
    const stats = member.cache.stats()
    return {
      cache: member.cache.name,
      stats: usage === undefined ? { ...stats, held: undefined } : stats,
      limit: usage?.limit,
    }
  }

  #usageOf(member: Member): Promise<CacheUsage | undefined> {
    member.asked ??= answerOf(member.cache).finally(() => {
      member.asked = undefined
    })
    const { asked } = member
    return new Promise((resolve) => {
      const cancel = this.#options.clock.schedule(USAGE_LIMIT_MS, () => resolve(undefined), true)
      void asked.then(resolve).finally(cancel)
    })
  }
}

async function answerOf(cache: Cache): Promise<CacheUsage | undefined> {
  try {
    return await cache.usage()
  } catch {
    // The cache has counted and reported it.
    return undefined
  }
}

function twice(name: string): string {
  return `caches: two are called '${name}'; allowed: one of a name (createCache takes it; a namespace is counted with its cache)`
}
