/**
 * Least recently used goes first: lru-cache keeps keys and their order, the slots keep everything else. It is loaded with
 * the first cache of this policy, since all others would pay for it: a third of what importing this package costs.
 */
import { createRequire } from 'node:module'
import type { LRUCache } from 'lru-cache'
import type { EvictionOrder } from './eviction-order.ts'

export class LruOrder implements EvictionOrder {
  #slotOf = emptyOrder()

  find(key: string): number | undefined {
    return this.#slotOf.peek(key)
  }

  use(key: string): number | undefined {
    return this.#slotOf.get(key)
  }

  add(key: string, slot: number): void {
    this.#slotOf.set(key, slot)
  }

  resized(): void {}

  remove(key: string): void {
    this.#slotOf.delete(key)
  }

  /** What is kept has just been used, so it is never the oldest of several. */
  evict(): number {
    const slot = this.#slotOf.pop()
    if (slot === undefined) throw new RangeError('nothing is left to evict')
    return slot
  }

  clear(): void {
    this.#slotOf = emptyOrder()
  }
}

/** The backend keeps the limits and asks for one eviction at a time; lru-cache insists on a limit of its own. */
function emptyOrder(): LRUCache<string, number> {
  const loaded: unknown = createRequire(import.meta.url)('lru-cache')
  if (!isLruModule(loaded))
    throw new TypeError("policy: 'lru' needs lru-cache 11, and what is installed under that name is another")
  return new loaded.LRUCache({ maxSize: Number.MAX_SAFE_INTEGER, sizeCalculation: () => 1 })
}

function isLruModule(loaded: unknown): loaded is { readonly LRUCache: typeof LRUCache<string, number> } {
  return typeof loaded === 'object' && loaded !== null && 'LRUCache' in loaded && typeof loaded.LRUCache === 'function'
}
