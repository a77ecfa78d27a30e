/**
 * One cache to hold on to, and behind it whichever is in service: it can be replaced while requests go on.
 *
 * Each call goes to the cache in service when it is made and ends there, so that a replaced cache is closed only when the
 * last call on it has ended: no request is refused for a switch. Everybody else holds `cache` and never knows.
 */
import type { Cache } from '@stowage/core'

export interface LiveCache {
  /** Always the one in service. */
  readonly cache: Cache
  /** Puts `next` in service at once. @returns when the last call on the old one has ended and it is closed */
  replace(next: Cache): Promise<void>
}

interface Occupant {
  readonly root: Cache
  callCount: number
  /** Resolves when it has been replaced and nothing is under way on it. */
  readonly left: PromiseWithResolvers<void>
}

interface Listening {
  readonly on: (root: Cache) => () => void
  stop: () => void
}

/** The names of what does not give a promise, and so cannot be held back. */
type AtOnce = {
  [Name in keyof Cache]: Cache[Name] extends (...args: never) => Promise<unknown> ? never : Name
}[keyof Cache]

type Call = (...args: readonly unknown[]) => unknown

/** From the root in service to the namespace a caller holds. */
type Place = (root: Cache) => Cache

class Seat implements LiveCache {
  readonly cache: Cache
  readonly #listening = new Set<Listening>()
  #current: Occupant

  constructor(first: Cache) {
    this.#current = occupant(first)
    this.cache = this.#face((root) => root)
  }

  async replace(next: Cache): Promise<void> {
    const old = this.#current
    this.#current = occupant(next)
    for (const each of this.#listening) {
      each.stop()
      each.stop = each.on(next)
    }
    if (old.callCount === 0) old.left.resolve()
    await old.left.promise
    await old.root.close()
  }

  async #hold<T>(place: Place, use: (cache: Cache) => Promise<T>): Promise<T> {
    const { root, exit } = this.#enter()
    try {
      return await use(place(root))
    } finally {
      exit()
    }
  }

  #enter() {
    const held = this.#current
    held.callCount += 1
    const exit = (): void => {
      held.callCount -= 1
      if (held.callCount === 0 && held !== this.#current) held.left.resolve()
    }
    return { root: held.root, exit }
  }

  async *#walk<T>(place: Place, list: (cache: Cache) => AsyncIterable<T>): AsyncGenerator<T> {
    const { root, exit } = this.#enter()
    try {
      yield* list(place(root))
    } finally {
      exit()
    }
  }

  #listen(place: Place, on: (cache: Cache) => () => void): () => void {
    const fromRoot = (root: Cache): (() => void) => on(place(root))
    const listening: Listening = { on: fromRoot, stop: fromRoot(this.#current.root) }
    this.#listening.add(listening)
    return () => {
      this.#listening.delete(listening)
      listening.stop()
    }
  }

  /** The calls that do not give a promise are spelled out; all others are held till their promise has settled. */
  #face(place: Place): Cache {
    const now = (): Cache => place(this.#current.root)
    const own: Partial<Cache> & Pick<Cache, AtOnce> = {
      get name() {
        return now().name
      },
      get closed() {
        return now().closed
      },
      peek: (key) => now().peek(key),
      getSync: (key) => now().getSync(key),
      storageTags: (tags) => now().storageTags(tags),
      keys: (query) => this.#walk(place, (cache) => cache.keys(query)),
      entries: (query) => this.#walk(place, (cache) => cache.entries(query)),
      namespace: (name) => this.#face((root) => place(root).namespace(name)),
      stats: () => now().stats(),
      resetStats: () => now().resetStats(),
      on: (name, listener) => this.#listen(place, (cache) => cache.on(name, listener)),
      // Kept by nobody here: it stays with the cache that is in service now.
      wrap: (fn, options) => now().wrap(fn, options),
      close: () => now().close(),
      [Symbol.asyncDispose]: () => now().close(),
    }
    const held =
      (name: string | symbol): Call =>
      (...args) =>
        this.#hold(place, async (cache) => {
          const call: unknown = Reflect.get(cache, name)
          return isCall(call) ? Reflect.apply(call, cache, args) : call
        })
    return new Proxy(now(), {
      get: (target, name) => {
        const known: unknown = Reflect.get(name in own ? own : target, name)
        return name in own || !isCall(known) ? known : held(name)
      },
    })
  }
}

function isCall(value: unknown): value is Call {
  return typeof value === 'function'
}

function occupant(root: Cache): Occupant {
  return { root, callCount: 0, left: Promise.withResolvers() }
}

export function createLiveCache(first: Cache): LiveCache {
  return new Seat(first)
}
