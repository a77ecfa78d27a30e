/** Two caches on one remote backend, the steps that play on them, and one run of them to its end. */
import { type Cache, createCache, type LoadContext, type LoadOptions, type Ttl } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { expect } from 'vitest'
import { type ChangeKind, History, LoadFailure, type Origin } from './history.ts'
import type { RemoteBackend } from './remote-backend.ts'
import { violations } from './rules.ts'
import type { Wire } from './wire.ts'

/** What one step does with one of the caches. */
export type Step = (world: World, at: number) => Promise<unknown>

/** A step by its name, the cache it is played on, and how many trips it lets end before it begins. */
export type Played = readonly [name: string, at: number, lets: number]

interface SourceTraits {
  readonly shared?: boolean
  readonly fingerprint?: string | undefined
  readonly fails?: boolean
}

interface LoaderTraits extends Pick<SourceTraits, 'fails'> {
  readonly tagsLate?: boolean
  readonly skips?: boolean
  /** Says of a stale value it is shown that it is still right. */
  readonly keeps?: boolean
}

/** The clock stands still while anything is on its way, and moves by this when all wait for it. */
const IDLE_STEP_MS = 10

/** A minute: whoever still waits then waits for ever. */
const MAX_IDLE_STEPS = 6_000

const CACHE_COUNT = 2

/** How the caches of a world are made. */
export interface Setting {
  readonly namespace?: string
  readonly ttl?: Ttl
}

export class World {
  readonly history = new History()
  readonly clock = createFakeClock()
  readonly caches: readonly Cache[]
  /** Increments of the key `count` that have been carried out. */
  incremented = 0
  readonly #wire: Wire

  constructor(backend: RemoteBackend, { namespace, ttl = '1h' }: Setting) {
    this.#wire = backend.wire
    const options = { backend, ttl, staleWhileRevalidate: '1h', backendTimeout: '1h', clock: this.clock } as const
    this.caches = Array.from({ length: CACHE_COUNT }, () => {
      const cache = createCache(options)
      return namespace === undefined ? cache : cache.namespace(namespace)
    })
  }

  cache(at: number): Cache {
    const cache = this.caches[at]
    if (cache === undefined) throw new Error(`there is no cache ${at}`)
    return cache
  }

  /** Asks for the key with a loader behind. */
  load(name: string, at: number, options: LoadOptions = {}, traits: LoaderTraits = {}): Promise<void> {
    const { fresh = false, fingerprint } = options
    const said = typeof fingerprint === 'string' ? fingerprint : undefined
    const loader = async (context: LoadContext): Promise<number> => {
      const value = await this.produce(at, { ...traits, shared: options.singleFlight === 'shared', fingerprint: said })
      if (traits.keeps === true && context.stale !== undefined) return context.notModified()
      if (traits.tagsLate === true) context.set({ tags: ['t'] })
      return traits.skips === true ? context.skip(value) : value
    }
    return this.history.ask({ name, cache: at, loads: true, fresh, fingerprint: said }, () =>
      this.cache(at).lookupOrSet('key', loader, { tags: ['t'], ...options }),
    )
  }

  /** Asks for what is there. */
  look(name: string, at: number, how: (cache: Cache) => Promise<unknown>): Promise<void> {
    const question = { name, cache: at, loads: false, fresh: false, fingerprint: undefined }
    return this.history.ask(question, async () => {
      const value = await how(this.cache(at))
      return { outcome: 'found', value: typeof value === 'number' ? value : undefined }
    })
  }

  change(name: string, kind: ChangeKind, at: number, act: (cache: Cache) => Promise<unknown>): Promise<void> {
    return this.history.change(name, kind, at, () => act(this.cache(at)))
  }

  /** Makes a value for the key by another call than a load. */
  write(name: string, at: number, act: (cache: Cache, value: () => number) => Promise<unknown>): Promise<void> {
    const made: Origin[] = []
    const make = () => {
      const origin = this.history.origin()
      made.push(origin)
      return origin.value
    }
    return this.change(name, 'write', at, async (cache) => {
      const done = await act(cache, make)
      for (const origin of made) origin.asOf = this.history.now()
      return done
    })
  }

  /** What a loader does: it makes its value when it begins, and answers when the scheduler says so. */
  async produce(at: number, traits: SourceTraits = {}): Promise<number> {
    const { shared = false, fingerprint, fails = false } = traits
    const load = this.history.beginLoad({ cache: at, shared, fingerprint })
    await this.#wire.trip('loader answers')
    load.endedAt = this.history.now()
    if (fails) throw new LoadFailure(load)
    return load.value
  }

  /** Starts every step when the scheduler says so, lets all end, looks once more, closes, and checks the history. */
  async play(
    steps: readonly Played[],
    known: Readonly<Record<string, Step>>,
    begins: 'empty' | 'filled',
  ): Promise<void> {
    if (begins === 'filled') await this.#untilSettled([this.load('first load', 0)])
    const played = steps.map(async ([name, at, lets]) => {
      await this.#wire.trip(`${name} begins in cache ${at}`, lets)
      await known[name]?.(this, at)
    })
    await this.#untilSettled(played)
    await this.#untilSettled(this.caches.map((_, at) => this.look('last look', at, (cache) => cache.get('key'))))
    if (this.incremented > 0) {
      const counting = this.cache(0).get('count')
      await this.#untilSettled([counting])
      expect(await counting, 'increments counted').toBe(this.incremented)
    }
    await this.#untilSettled(this.caches.map((cache) => cache.close()))
    expect(violations(this.history)).toEqual([])
    expect(this.clock.timerCount, 'timers left after close').toBe(0)
  }

  /** Whatever a step throws fails the run; what never settles shows as an unanswered call. */
  async #untilSettled(calls: readonly Promise<unknown>[]): Promise<void> {
    let settled = false
    const all = Promise.all(calls).finally(() => {
      settled = true
    })
    all.catch(() => 'thrown below')
    for (let idle = 0; !settled && idle < MAX_IDLE_STEPS; ) {
      if (await this.#wire.run()) continue
      await new Promise((resolve) => setImmediate(resolve))
      idle++
      if (!settled) this.clock.advanceMs(IDLE_STEP_MS)
    }
    if (settled) await all
  }
}
