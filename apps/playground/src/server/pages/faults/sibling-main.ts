/**
 * The other process on the same store: it writes without pause, says what was acknowledged, and reads what the server changes,
 * measuring for how long it still serves what has been invalidated there. It is there to be killed.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Cache, systemClock } from '@stowage/core'
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
/** Between two tries to open a store that cannot be opened now. */
const OPEN_PAUSE_MS = 100
const changed = new Map<string, { readonly version: number; readonly atMs: number }>()

process.on('message', (order: SiblingOrder) => {
  if (order.kind === 'changed') changed.set(order.key, { version: order.version, atMs: performance.now() })
  else void work(order)
})
process.once('disconnect', () => process.exit(0))

async function work({ place, generation }: SiblingOrder & { readonly kind: 'open' }): Promise<never> {
  const cache = await openInTime(place)
  for (let version = 1; ; version++) {
    const key = `sibling:${generation}:${version}`
    try {
      const { outcome } = await cache.set(key, answerOf(key, version), { ttl: '1m' })
      if (outcome === 'stored') say({ kind: 'stored', key, version })
      await readShared(`shared:${version % KEY_COUNT}`)
    } catch {
      // What the store cannot do now it is asked for again at the next step.
    }
    await pause(PAUSE_MS)
  }

  async function readShared(key: string): Promise<void> {
    const known = changed.get(key)
    const found = await cache.get<Answer>(key)
    if (known === undefined || found === undefined || found.version >= known.version) return
    say({ kind: 'late', lagMs: performance.now() - known.atMs })
  }
}

/** A disk may be full before the store is opened on it: then it is opened when there is room again. */
async function openInTime(place: ProvingPlace): Promise<Cache> {
  for (let isDown = false; ; isDown = true) {
    try {
      const cache = openProvingCache(place, systemClock, ({ state }) =>
        say({ kind: 'store', isDown: state === 'down' }),
      )
      if (isDown) say({ kind: 'store', isDown: false })
      return cache
    } catch {
      if (!isDown) say({ kind: 'store', isDown: true })
      await pause(OPEN_PAUSE_MS)
    }
  }
}

function say(word: SiblingWord): void {
  process.send?.(word)
}
