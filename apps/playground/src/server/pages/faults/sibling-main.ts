/**
 * The other process on the same store: it writes without pause, says what was acknowledged, and reads what the server changes,
 * measuring for how long it still serves what has been invalidated there. It is there to be killed.
 */
import { systemClock } from '@stowage/core'
import { openProvingCache, type ProvingPlace } from './proving-cache.ts'
import { type Answer, answerOf, KEY_COUNT } from './truth.ts'

export type SiblingOrder =
  | { readonly kind: 'open'; readonly place: ProvingPlace; readonly generation: number }
  | { readonly kind: 'changed'; readonly key: string; readonly version: number }

export type SiblingWord =
  | { readonly kind: 'stored'; readonly key: string; readonly version: number }
  | { readonly kind: 'late'; readonly lagMs: number }
  /** Its store has begun to fail, or is well again. */
  | { readonly kind: 'store'; readonly isDown: boolean }

const PAUSE_MS = 5
const changed = new Map<string, { readonly version: number; readonly atMs: number }>()

process.on('message', (order: SiblingOrder) => {
  if (order.kind === 'changed') changed.set(order.key, { version: order.version, atMs: performance.now() })
  else void work(order)
})
process.once('disconnect', () => process.exit(0))

async function work({ place, generation }: SiblingOrder & { readonly kind: 'open' }): Promise<never> {
  const cache = openProvingCache(place, systemClock, ({ state }) => say({ kind: 'store', isDown: state === 'down' }))
  for (let version = 1; ; version++) {
    const key = `sibling:${generation}:${version}`
    try {
      const { outcome } = await cache.set(key, answerOf(key, version), { ttl: '1m' })
      if (outcome === 'stored') say({ kind: 'stored', key, version })
      await readShared(`shared:${version % KEY_COUNT}`)
    } catch {
      // What the store cannot do now it is asked for again at the next step.
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }

  async function readShared(key: string): Promise<void> {
    const known = changed.get(key)
    const found = await cache.get<Answer>(key)
    if (known === undefined || found === undefined || found.version >= known.version) return
    say({ kind: 'late', lagMs: performance.now() - known.atMs })
  }
}

function say(word: SiblingWord): void {
  process.send?.(word)
}
