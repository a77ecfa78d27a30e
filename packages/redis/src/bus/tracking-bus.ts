/**
 * A bus without messages: the server tells what has been changed, whoever changed it and with whatever tool. What this process
 * changes itself is mostly told as well: its own copies are then made anew at the next read.
 */
import {
  type Bus,
  type BusChange,
  type BusListener,
  type BusMessage,
  ConfigError,
  describe,
  type GapListener,
  hasMethods,
} from '@stowage/core'
import type { ChangeSource, ForeignChange } from '../foreign-change.ts'

/**
 * Give it the far tier itself, on Redis.
 * @throws ConfigError for a tier that cannot be watched
 */
export function trackingBus(tier: ChangeSource): Bus {
  if (!hasMethods(tier, ['watch'])) {
    throw new ConfigError(`trackingBus: ${describe(tier)} cannot be watched; allowed: what redisBackend gives`)
  }
  return new TrackingBus(tier)
}

class TrackingBus implements Bus {
  readonly #listeners = new Set<BusListener>()
  readonly #gapListeners = new Set<GapListener>()
  readonly #stop: () => void
  #isOpen = true

  constructor(tier: ChangeSource) {
    this.#stop = tier.watch((change) => this.#hear(change))
  }

  /** The far tier has been changed already: that is the message. */
  publish(): void {}

  subscribe(listener: BusListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onGap(listener: GapListener): () => void {
    this.#gapListeners.add(listener)
    if (this.#isOpen) listener('open')
    return () => this.#gapListeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
    this.#gapListeners.clear()
    this.#stop()
  }

  #hear({ keys, targets, gap }: ForeignChange): void {
    if (gap !== undefined) this.#isOpen = gap === 'open'
    if (keys === 'any' || targets === 'any') {
      for (const listener of [...this.#gapListeners]) listener(gap ?? 'over')
      return
    }
    if (keys.length > 0) this.#tell({ keys })
    for (const target of targets) this.#tell(target)
  }

  #tell(change: BusChange): void {
    const message: BusMessage = { origin: '', toldBy: 'far tier', change }
    for (const listener of this.#listeners) listener(message)
  }
}
