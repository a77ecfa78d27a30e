/**
 * One run: two caches of two or three tiers each on one remote far tier, written through or behind, with placements, clocks apart and a bad
 * bus; a handful of overlapping steps, and what is true in the end.
 */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, type Random, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { Trips } from '../two-nodes/trips.ts'

interface Node {
  readonly cache: Cache
  readonly clock: FakeClock
}

/** A value and when its making began and had ended, by the count of steps. */
interface Origin {
  readonly kind: 'load' | 'set'
  readonly by: Node
  readonly tier: 'near' | 'far' | 'all'
  readonly beganAt: number
  endedAt: number
}

const ACTS = [
  'load',
  'load',
  'get',
  'get',
  'many',
  'list',
  'set',
  'set',
  'take',
  'delete',
  'tag',
  'prefix',
  'clear',
] as const
const TURNS = 4

export class AnyTiers {
  readonly #random: Random
  readonly #trips: Trips
  readonly #bus: TestBus
  readonly #far = new ReferenceBackend({ holds: 'bytes' })
  readonly #isBehind: boolean
  readonly #tiers: readonly ['all', ...Origin['tier'][]]
  readonly #nodes: readonly [Node, Node]
  readonly #origins: Origin[] = []
  /** Those that have resolved: who, and when it began. */
  readonly #removals: { readonly by: Node; readonly beganAt: number }[] = []
  #now = 0

  constructor(random: Random) {
    this.#random = random
    this.#trips = new Trips(random)
    const share = random.pick([0, 0.25])
    const faults = { random, drop: share, duplicate: share, delay: share, garbage: share }
    this.#bus = new TestBus({ faults, schedule: (deliver) => void this.#trips.trip().then(deliver) })
    this.#isBehind = random.below(2) === 0
    this.#tiers = random.pick([['all'], ['all', 'near', 'far']])
    this.#nodes = [this.#attach(), this.#attach()]
  }

  #attach(): Node {
    const random = this.#random
    const clock = createFakeClock()
    clock.advanceMs(random.pick([0, 0, 5_000]))
    const middle = new ReferenceBackend({ holds: 'bytes' })
    const between = random.pick([[], [middle], [this.#trips.remote(middle)]])
    const tiers = [memoryBackend({ maxEntries: 9 }), ...between, this.#trips.remote(this.#far)]
    const write = this.#isBehind ? 'behind' : 'through'
    const tierOptions = [{ maxTtl: random.pick(['10s', '10m'] as const) }]
    const bus = this.#bus.attach()
    const backend = hybridBackend({ tiers, tierOptions, bus, write, clock, onTier: () => undefined })
    return { clock, cache: createCache({ backend, ttl: '1h', backendTimeout: '1h', clock }) }
  }

  /** @returns what is wrong in the end, if anything. */
  async play(): Promise<string | undefined> {
    const played = Promise.all(Array.from({ length: 3 + this.#random.below(7) }, () => this.#step()))
    await this.#trips.run()
    await played
    this.#trips.isOver = true
    // What is queued is written down.
    for (let seconds = 0; seconds < 2; seconds++) {
      for (const { clock } of this.#nodes) clock.advanceMs(1_000)
      for (let turns = 0; turns < TURNS; turns++) await new Promise(setImmediate)
    }
    await this.#bus.settle()
    for (let turns = 0; turns < TURNS; turns++) await new Promise(setImmediate)
    const truth = await createCache({ backend: this.#far, ttl: '1h', clock: this.#nodes[0].clock }).get('key')
    const outcomes = await Promise.all(this.#nodes.map((node) => this.#judge(node, truth)))
    return outcomes.find((wrong) => wrong !== undefined)
  }

  async #judge(node: Node, truth: unknown): Promise<string | undefined> {
    const peeked = node.cache.peek('key')
    const got = await node.cache.get('key')
    for (const value of [peeked, got]) {
      const origin = this.#origins[Number(value)]
      const isOwn = origin?.tier === 'near' && origin.by === node
      if (value !== undefined && value !== truth && !isOwn) return `${String(value)} for ${String(truth)}`
    }
    if (got === undefined && truth !== undefined) return `a miss for ${String(truth)}`
    const origin = this.#origins[Number(got)]
    return origin !== undefined && this.#isBack(origin) ? `${origin.kind} ${String(got)} came back` : undefined
  }

  /** Others see what is written behind when it is written down: what they remove before that is nothing to it. */
  #isBack({ kind, by, beganAt, endedAt }: Origin): boolean {
    const madeAt = kind === 'load' ? beganAt : endedAt
    const counting = this.#removals.filter((removal) => kind === 'load' || !this.#isBehind || removal.by === by)
    return counting.some((removal) => removal.beganAt > madeAt)
  }

  async #step(): Promise<void> {
    const node = this.#random.pick(this.#nodes)
    const act = this.#random.pick(ACTS)
    const tier = this.#random.pick(this.#tiers)
    const { cache } = node
    await this.#trips.trip()
    if (act === 'load') await cache.getOrSet('key', () => this.#load(node, tier), { tags: ['t'], tier })
    else if (act === 'get') await cache.get('key')
    else if (act === 'many') await cache.getMany(['key', 'other'])
    else if (act === 'list') await Array.fromAsync(cache.entries())
    else if (act === 'set') await this.#set(node, tier)
    else if (act === 'take') await cache.take('key')
    else await this.#remove(node, act)
  }

  async #load(by: Node, tier: Origin['tier']): Promise<number> {
    const at = this.#begin({ kind: 'load', by, tier })
    await this.#trips.trip()
    return at
  }

  async #set(by: Node, tier: Origin['tier']): Promise<void> {
    const at = this.#begin({ kind: 'set', by, tier })
    await by.cache.set('key', at, { tags: ['t'], tier })
    const origin = this.#origins[at]
    if (origin !== undefined) origin.endedAt = ++this.#now
  }

  async #remove(by: Node, act: 'delete' | 'tag' | 'prefix' | 'clear'): Promise<void> {
    const beganAt = ++this.#now
    if (act === 'delete') await by.cache.delete('key')
    else if (act === 'tag') await by.cache.invalidate({ tags: ['t'] })
    else if (act === 'prefix') await by.cache.invalidate({ prefix: 'k' })
    else await by.cache.invalidate({ all: true })
    this.#removals.push({ by, beganAt })
  }

  #begin(origin: Pick<Origin, 'kind' | 'by' | 'tier'>): number {
    this.#origins.push({ ...origin, beganAt: ++this.#now, endedAt: Number.POSITIVE_INFINITY })
    return this.#origins.length - 1
  }
}
