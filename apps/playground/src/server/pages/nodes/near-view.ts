/** What this node holds near of a few entries that all nodes share, and what can be done with them. */
import type { Cache } from '@stowage/core'
import { z } from 'zod'

const TTL = '10m'
const TAG = 'shared by nodes'
const KEYS = ['gate A', 'gate B', 'gate C', 'gate D', 'gate E', 'gate F'] as const

/** What an entry says: who loaded it, and when. */
const nodeEntry = z.object({ loadedBy: z.string(), loadedAtMs: z.number() })
type NodeEntry = z.infer<typeof nodeEntry>

export const nearView = z.object({
  processId: z.number(),
  /** In service there. */
  backend: z.string(),
  /** Of each key what is held in this process's memory and served from it at once; null where it would ask the store first. */
  near: z.array(z.object({ key: z.string(), entry: nodeEntry.nullable() })),
  /** Hits by tier since the node started. */
  hits: z.record(z.string(), z.number()),
})
export type NearView = z.infer<typeof nearView>

export const askedView = z.array(z.object({ key: z.string(), outcome: z.string(), tier: z.string().nullable() }))
export type AskedView = z.infer<typeof askedView>

export class NodeEntries {
  readonly #name: string
  readonly #backend: () => string
  readonly #cache: Cache
  readonly #entries: Cache

  constructor(name: string, cache: Cache, backend: () => string) {
    this.#name = name
    this.#backend = backend
    this.#cache = cache
    this.#entries = cache.namespace('nodes')
  }

  view(): NearView {
    const { tiers } = this.#cache.stats()
    return {
      processId: process.pid,
      backend: this.#backend(),
      // No counter moves and nothing is copied for looking at it.
      near: KEYS.map((key) => ({ key, entry: this.#entries.peek<NodeEntry>(key) ?? null })),
      hits: Object.fromEntries(Object.entries(tiers).map(([tier, { hits }]) => [tier, hits])),
    }
  }

  /** How many of them a request of this node is answered with, without any load. */
  async servedCount(): Promise<number> {
    return (await this.#entries.getMany(KEYS)).size
  }

  /** As any request of this node would. */
  ask(): Promise<AskedView> {
    return Promise.all(
      KEYS.map(async (key) => {
        const load = (): NodeEntry => ({ loadedBy: this.#name, loadedAtMs: Date.now() })
        const { outcome, tier } = await this.#entries.lookupOrSet(key, load, { ttl: TTL, tags: [TAG] })
        return { key, outcome, tier: tier ?? null }
      }),
    )
  }

  invalidate(): Promise<void> {
    return this.#entries.invalidate({ tags: [TAG] })
  }
}
