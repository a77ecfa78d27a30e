/** How often each key was answered and by which tier, counted from the cache's own events since this server started. */
import { type Cache, type Key, writeStorageKey } from '@stowage/core'
import type { SpaceName } from './spaces.ts'

interface KeyHits {
  readonly hitCount: number
  readonly lastTier: string | null
}

/** Keys counted at most; the one that was counted first gives way. */
const COUNTED_LIMIT = 250_000
const NONE: KeyHits = { hitCount: 0, lastTier: null }

export class HitCounts {
  readonly #hits = new Map<string, { hitCount: number; lastTier: string }>()
  readonly #stop: () => void

  constructor(cache: Cache) {
    this.#stop = cache.on('lookup', (event) => {
      if (event.outcome === 'miss') return
      const known = this.#hits.get(event.key)
      if (known === undefined) this.#add(event.key, event.tier)
      else {
        known.hitCount++
        known.lastTier = event.tier
      }
    })
  }

  of(space: SpaceName, key: Key): KeyHits {
    return this.#hits.get(writeStorageKey(space === 'answers' ? [] : [space], key)) ?? NONE
  }

  close(): void {
    this.#stop()
  }

  #add(key: string, lastTier: string): void {
    if (this.#hits.size >= COUNTED_LIMIT) {
      const first = this.#hits.keys().next()
      if (first.done !== true) this.#hits.delete(first.value)
    }
    this.#hits.set(key, { hitCount: 1, lastTier })
  }
}
