/**
 * Clients of one cache that read, load, write and delete without a pause, and know what they may be served: never a version of a key that is
 * older than one they had already been told is out. Whatever happens to the server meanwhile.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Cache } from '@stowage/core'

const CLIENT_COUNT = 8
export const KEY_COUNT = 3 * CLIENT_COUNT

interface Versioned {
  readonly key: string
  readonly version: number
}

export class Load {
  /** Reads that were served something that was out: none is allowed. */
  readonly wrong: string[] = []
  /** What callers of `getOrSet` were thrown: nothing is allowed. */
  readonly thrown: unknown[] = []
  loadCount = 0
  readCount = 0
  /** Reads that were answered by the server. */
  hitCount = 0
  /** Of which keys; to be cleared at will. */
  readonly hitKeys = new Set<string>()
  readonly #cache: Cache
  /** The truth, and what it was when somebody was last told that an older value is gone. */
  readonly #truth = new Map<string, number>()
  readonly #settled = new Map<string, number>()
  #isOver = false
  #clients: Promise<unknown>

  constructor(cache: Cache) {
    this.#cache = cache
    this.#clients = Promise.all(Array.from({ length: CLIENT_COUNT }, (_, at) => this.#client(at)))
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#clients
  }

  async #client(at: number): Promise<void> {
    for (let step = 0; !this.#isOver; step++) {
      if (step % 16 !== 0) await this.#read(`key ${(step * 7 + at) % KEY_COUNT}`)
      // Each key is changed by one client: of two changes at once nobody could say which is the later.
      else await this.#change(`key ${at + CLIENT_COUNT * (step % 3)}`, step / 16)
      await turn()
    }
  }

  async #read(key: string): Promise<void> {
    const least = this.#settled.get(key) ?? 0
    let isLoaded = false
    try {
      const { version } = await this.#cache.getOrSet<Versioned>(
        key,
        () => {
          isLoaded = true
          this.loadCount += 1
          return { key, version: this.#truth.get(key) ?? 0 }
        },
        { tags: [`tag of ${key}`] },
      )
      this.readCount += 1
      if (!isLoaded) {
        this.hitCount += 1
        this.hitKeys.add(key)
      }
      if (version < least) this.wrong.push(`${key} as of ${version}, which was out since ${least}`)
    } catch (thrown) {
      this.thrown.push(thrown)
    }
  }

  /** A change of the truth, and then of the cache. Told of only if the cache says that it is done. */
  async #change(key: string, step: number): Promise<void> {
    const version = (this.#truth.get(key) ?? 0) + 1
    this.#truth.set(key, version)
    try {
      if (step % 3 === 0) await this.#cache.delete(key)
      else if (step % 3 === 1) await this.#cache.invalidate({ tags: [`tag of ${key}`] })
      else if ((await this.#cache.set(key, { key, version }, { tags: [`tag of ${key}`] })).outcome === 'refused') return
      this.#settled.set(key, Math.max(version, this.#settled.get(key) ?? 0))
    } catch (thrown) {
      // It was told that the change is not done yet, which is an answer.
      if (!(thrown instanceof Error)) throw thrown
    }
  }
}
