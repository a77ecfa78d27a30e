/** One run: two caches on one remote far tier, a bad bus, a handful of overlapping steps, and what is true in the end. */
import { type Bus, type Cache, createCache } from '@stowage/core'
import { createFakeClock, type Random, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { Trips } from './trips.ts'

/** A value and when its making began and had ended, by the count of steps. */
interface Origin {
  readonly kind: 'load' | 'set'
  readonly beganAt: number
  endedAt: number
}

type Writes = 'through' | 'behind'

const SHARE = 0.25

/** A write behind is queued no longer. */
const FLUSH_MS = 1_000

export class TwoNodes {
  readonly #random: Random
  readonly #trips: Trips
  readonly #bus: TestBus
  readonly #clock = createFakeClock()
  readonly #far = new ReferenceBackend({ holds: 'bytes' })
  readonly #nodes: readonly Cache[]
  readonly #write: Writes
  readonly #origins: Origin[] = []
  /** When each removal began that has resolved. */
  readonly #removals: number[] = []
  #now = 0

  /** @param hearing what the nodes hear of the bus. */
  constructor(random: Random, hearing: (bus: Bus) => Bus, write: Writes) {
    this.#random = random
    this.#write = write
    this.#trips = new Trips(random)
    const faults = { random, drop: SHARE, duplicate: SHARE, delay: SHARE, garbage: SHARE }
    this.#bus = new TestBus({ faults, schedule: (deliver) => void this.#trips.trip().then(deliver) })
    const clock = this.#clock
    this.#nodes = [0, 1].map(() => {
      const tiers = [memoryBackend({ maxEntries: 9 }), this.#trips.remote(this.#far)]
      const bus = hearing(this.#bus.attach())
      return createCache({
        backend: hybridBackend({ tiers, bus, write, clock }),
        ttl: '1h',
        backendTimeout: '1h',
        clock,
      })
    })
  }

  /** @returns what is wrong in the end, if anything. */
  async play(): Promise<string | undefined> {
    const steps = Array.from({ length: 3 + this.#random.below(6) }, () => this.#step())
    const played = Promise.all(steps)
    await this.#trips.run()
    await played
    this.#trips.isOver = true
    await this.#bus.settle()
    // All that was told has been heard, though not all that is queued has been written down.
    const early = this.#write === 'behind' ? await this.#flush() : undefined
    if (early !== undefined) return `before the flush: ${early}`
    const truth = await createCache({ backend: this.#far, ttl: '1h', clock: this.#clock }).get('key')
    const outcomes = await Promise.all(this.#nodes.map((node) => this.#judge(node, truth)))
    return outcomes.find((wrong) => wrong !== undefined)
  }

  /** @returns what was wrong before it */
  async #flush(): Promise<string | undefined> {
    for (const node of this.#nodes) {
      const wrong = this.#cameBack(await node.get('key'))
      if (wrong !== undefined) return wrong
    }
    this.#clock.advanceMs(FLUSH_MS)
    for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate)
    await this.#bus.settle()
    return undefined
  }

  async #judge(node: Cache, truth: unknown): Promise<string | undefined> {
    const peeked = node.peek('key')
    const got = await node.get('key')
    if (peeked !== undefined && peeked !== truth)
      return `peek gives ${String(peeked)}, the far tier has ${String(truth)}`
    if (got !== truth) return `get gives ${String(got)}, the far tier has ${String(truth)}`
    return this.#cameBack(got)
  }

  #cameBack(got: unknown): string | undefined {
    const origin = this.#origins[Number(got)]
    if (origin === undefined) return undefined
    const madeAt = origin.kind === 'load' ? origin.beganAt : origin.endedAt
    return this.#removals.some((beganAt) => beganAt > madeAt) ? `${origin.kind} ${String(got)} came back` : undefined
  }

  async #step(): Promise<void> {
    const node = this.#random.pick([this.#nodes[0], this.#nodes[1]])
    if (node === undefined) return
    const act = this.#random.pick(['load', 'load', 'get', 'get', 'set', 'delete', 'tag', 'prefix', 'clear'] as const)
    await this.#trips.trip()
    if (act === 'load') await node.getOrSet('key', () => this.#load(), { tags: ['t'] })
    else if (act === 'get') await node.get('key')
    else if (act === 'set') await this.#set(node)
    else await this.#remove(node, act)
  }

  async #load(): Promise<number> {
    const at = this.#begin('load')
    await this.#trips.trip()
    return at
  }

  async #set(node: Cache): Promise<void> {
    const at = this.#begin('set')
    await node.set('key', at, { tags: ['t'] })
    const origin = this.#origins[at]
    // Written behind it is as new as its fence, which was taken nobody knows when.
    if (origin !== undefined && this.#write === 'through') origin.endedAt = ++this.#now
  }

  async #remove(node: Cache, act: 'delete' | 'tag' | 'prefix' | 'clear'): Promise<void> {
    const beganAt = ++this.#now
    if (act === 'delete') await node.delete('key')
    else if (act === 'tag') await node.invalidate({ tags: ['t'] })
    else if (act === 'prefix') await node.invalidate({ prefix: 'k' })
    else await node.invalidate({ all: true })
    this.#removals.push(beganAt)
  }

  #begin(kind: Origin['kind']): number {
    this.#origins.push({ kind, beganAt: ++this.#now, endedAt: Number.POSITIVE_INFINITY })
    return this.#origins.length - 1
  }
}
