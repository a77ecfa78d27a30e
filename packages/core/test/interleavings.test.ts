/**
 * Interleavings: loads against deletions, invalidations, sets, second loads and a second cache, over a backend whose
 * answers come in any order. The source counts its changes; each change is followed by the call that tells the cache.
 */
import { type Cache, createCache, type Lease, type LoadContext, type NewEntry } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** Some seconds; a fault that needs three things in one order shows within a thousand or so. */
const RUNS = 4_000

/** A backend on the other side of a wire: what arrives is done at once, when it arrives is the scheduler's choice. */
class RemoteBackend extends ReferenceBackend {
  readonly #scheduler: fc.Scheduler

  constructor(scheduler: fc.Scheduler) {
    super({ holds: 'bytes' })
    this.#scheduler = scheduler
    for (const operation of ['get', 'set', 'delete', 'invalidate', 'lease', 'renew', 'release'] as const) {
      const local: unknown = Reflect.get(ReferenceBackend.prototype, operation)
      if (typeof local !== 'function') continue
      Reflect.set(this, operation, (...args: unknown[]) =>
        this.#remotely(operation, () => Reflect.apply(local, this, args)),
      )
    }
  }

  async #remotely(operation: string, act: () => unknown): Promise<unknown> {
    await this.#scheduler.schedule(Promise.resolve(), `${operation} arrives`)
    const answer = act()
    await this.#scheduler.schedule(Promise.resolve(), `${operation} answered`)
    return answer
  }
}

/** The truth the caches hold copies of. */
class Source {
  /** Moves with every change. */
  version = 0
  /** The newest version the caches have been told of. */
  told = 0
  running = 0
  mostRunning = 0
  readonly #scheduler: fc.Scheduler
  #lastChange: Promise<void> = Promise.resolve()

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler
  }

  /** Reads the version now, answers later. */
  readonly load = async (): Promise<number> => {
    this.mostRunning = Math.max(this.mostRunning, ++this.running)
    const version = this.version
    await this.#scheduler.schedule(Promise.resolve(), 'loader answers')
    this.running--
    return version
  }

  /** Changes one after the other, as a database would; reads and loads go on meanwhile. */
  change(tell: (version: number) => Promise<unknown>): Promise<void> {
    this.#lastChange = this.#lastChange.then(async () => {
      const version = ++this.version
      await tell(version)
      this.told = version
    })
    return this.#lastChange
  }
}

type Act = (cache: Cache, source: Source) => Promise<void>

const read: Act = async (cache, source) => {
  const { told } = source
  const value = await cache.getOrSet('key', source.load, { tags: ['t'] })
  expect(value, 'an answer older than what was told before the question').toBeGreaterThanOrEqual(told)
}

const ACTS: Readonly<Record<string, Act>> = {
  read,
  'read again': read,
  'read with a tag of the loader': async (cache, source) => {
    const { told } = source
    const load = async (context: LoadContext) => {
      context.set({ tags: ['t'] })
      return source.load()
    }
    expect(await cache.getOrSet('key', load)).toBeGreaterThanOrEqual(told)
  },
  'read without storing': async (cache, source) => {
    const { told } = source
    const load = async (context: LoadContext) => context.skip(await source.load())
    expect(await cache.getOrSet('key', load, { tags: ['t'] })).toBeGreaterThanOrEqual(told)
  },
  get: async (cache, source) => {
    const { told } = source
    expect((await cache.get<number>('key')) ?? told).toBeGreaterThanOrEqual(told)
  },
  delete: (cache, source) => source.change(() => cache.delete('key')),
  'invalidate the tag': (cache, source) => source.change(() => cache.invalidate({ tags: ['t'] })),
  'invalidate by prefix': (cache, source) => source.change(() => cache.invalidate({ prefix: 'k' })),
  'invalidate all': (cache, source) => source.change(() => cache.invalidate({ all: true })),
  set: (cache, source) => source.change((version) => cache.set('key', version, { tags: ['t'] })),
}

const history = fc.array(fc.tuple(fc.constantFrom(...Object.keys(ACTS)), fc.nat(1)), { minLength: 3, maxLength: 10 })

async function play(
  scheduler: fc.Scheduler,
  steps: readonly (readonly [string, number])[],
  backend: RemoteBackend,
): Promise<void> {
  const options = { backend, ttl: '1h', clock: createFakeClock() } as const
  const caches = [createCache(options), createCache(options)]
  const source = new Source(scheduler)
  const played = steps.map(async ([name, at]) => {
    await scheduler.schedule(Promise.resolve(), name)
    const cache = caches[at]
    if (cache !== undefined) await ACTS[name]?.(cache, source)
  })
  await scheduler.waitFor(Promise.all(played))
  for (const cache of caches) {
    const left = await scheduler.waitFor(cache.get<number>('key'))
    expect(left ?? source.told, 'left behind').toBeGreaterThanOrEqual(source.told)
  }
  expect(source.mostRunning, 'loads at once').toBeLessThanOrEqual(caches.length)
}

test(`${RUNS} interleavings of two caches on one remote backend: no answer is older than what was told before its question`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), history, (scheduler, steps) =>
      play(scheduler, steps, new RemoteBackend(scheduler)),
    ),
    { numRuns: RUNS },
  )
}, 60_000)

/** Checks the lease, and writes in a step of its own. */
class ChecksThenWrites extends RemoteBackend {
  constructor(scheduler: fc.Scheduler) {
    super(scheduler)
    const plainSet = ReferenceBackend.prototype.set.bind(this)
    const late = async (key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) => {
      const holds =
        lease === undefined || ReferenceBackend.prototype.renew.call(this, lease, entry.facts.tags, 30_000, nowMs)
      await scheduler.schedule(Promise.resolve(), 'checked')
      return holds ? plainSet(key, entry, nowMs, undefined) : 'superseded'
    }
    Reflect.set(this, 'set', late)
  }
}

test('the search finds a backend whose check of the lease and write are two steps', async () => {
  const broken = fc.assert(
    fc.asyncProperty(fc.scheduler(), history, (scheduler, steps) =>
      play(scheduler, steps, new ChecksThenWrites(scheduler)),
    ),
    { numRuns: RUNS },
  )
  await expect(broken).rejects.toThrow(/Property failed after/)
}, 60_000)
