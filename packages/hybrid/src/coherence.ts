/**
 * How a hybrid and others that hold copies of the same far tier stay of one mind: what changes here is told to them, what they
 * tell is forgotten here, and after a gap copies are compared with the far tier before they are served (trust.ts).
 */
import type { BusChange, BusMessage, InvalidationTarget } from '@stowage/core'
import { dropCopies, leaveUncopied, unless } from './near-copy.ts'
import type { HybridPlan, NearTier } from './options.ts'
import { Outbox } from './outbox.ts'
import type { TierLeases } from './tier-leases.ts'
import { BUS_LIMIT_MS, inTime } from './time-limit.ts'
import { type Sighted, Trust } from './trust.ts'

export class Coherence {
  readonly trust: Trust | undefined
  readonly #plan: HybridPlan
  readonly #leases: TierLeases
  readonly #origin = crypto.randomUUID()
  readonly #outbox: Outbox | undefined
  readonly #stops: readonly (() => void)[]

  constructor(plan: HybridPlan, leases: TierLeases) {
    const { bus, clock, nearTiers, far, gapStayMs, onTier } = plan
    this.#plan = plan
    this.#leases = leases
    if (bus === undefined) {
      this.#stops = []
      return
    }
    const trust = new Trust({ clock, gapStayMs, longestStayMs: Math.max(...nearTiers.map(({ maxTtlMs }) => maxTtlMs)) })
    const outbox = new Outbox({
      bus,
      origin: this.#origin,
      clock,
      onChange: (error) => onTier({ tier: 'bus', state: error === undefined ? 'up' : 'down', error }),
    })
    this.trust = trust
    this.#outbox = outbox
    // What a tier has kept from before this process began may have changed since.
    if (nearTiers.some(({ backend }) => backend.capabilities.persistent)) trust.doubt()
    this.#stops = [
      bus.onGap((gap) => {
        trust.meet(gap)
        if (gap === 'open') return
        far.doubt({ all: true })
        outbox.retrySoon()
      }),
      bus.subscribe((message) => this.#hear(message)),
      // What was noted of a copy goes with it: of keys that are asked for once there are more than near tiers ever hold.
      ...nearTiers.map(({ backend }) => backend.onRemoval((key) => trust.forget(key))),
    ]
  }

  tell(change: BusChange): void {
    this.#outbox?.tell(change)
  }

  /** Asks the far tier whether a copy in doubt is what it still has. @param original of which the copy was made, if known */
  async isConfirmed(key: string, original: Sighted | undefined, nowMs: number): Promise<boolean> {
    const { trust } = this
    if (trust === undefined || original === undefined) return false
    const { epoch } = trust
    if (!(await unless(() => this.#plan.far.isStill(key, original, nowMs), false))) return false
    trust.copied(key, original, epoch)
    return true
  }

  /** Notes what copies were made of. What stands in a tier that took none may be something else, and is then not known. */
  noteCopies(took: readonly NearTier[], key: string, of: Sighted, epoch: number): void {
    if (took.length === this.#plan.nearTiers.length) this.noteCopy(key, of, epoch)
    else this.trust?.forget(key)
  }

  /** Of a write: there is no other copy. */
  noteCopy(key: string, of: Sighted | undefined, epoch: number): void {
    this.trust?.copied(key, of, epoch)
  }

  /** Forgets the copies of a key and what they were made of. @returns whether there was one */
  dropCopies(key: string, nowMs: number, tiers: readonly NearTier[] = this.#plan.nearTiers): Promise<boolean> {
    this.trust?.forget(key)
    return dropCopies(tiers, key, nowMs)
  }

  /** From far to near, as copies are dropped. What a tier has let go of one by one it tells; all at once it does not. */
  async invalidateNear(target: InvalidationTarget, nowMs: number, onProgress?: () => void): Promise<void> {
    if ('all' in target) this.trust?.forgetAll()
    for (const { backend } of this.#plan.nearTiers.toReversed()) {
      await unless(() => backend.invalidate(target, nowMs, onProgress), undefined)
    }
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop()
    const { bus, clock } = this.#plan
    await this.#outbox?.close()
    if (bus !== undefined) await inTime(clock, BUS_LIMIT_MS, () => bus.close(), true)
  }

  #hear({ origin, toldBy, change }: BusMessage): void {
    if (origin === this.#origin) return
    this.#forget(change, toldBy).catch(leaveUncopied)
  }

  async #forget(change: BusChange, toldBy: BusMessage['toldBy']): Promise<void> {
    const { far, clock } = this.#plan
    const nowMs = clock.nowMs()
    // Before near copies go: a read in between must not copy from the queue what has been overtaken.
    far.doubt(change)
    if ('keys' in change) {
      for (const key of change.keys) {
        if (toldBy === 'far tier') this.#leases.doubtKey(key)
        else this.#leases.voidKey(key)
      }
      for (const key of change.keys) await this.dropCopies(key, nowMs)
      return
    }
    this.#leases.voidTarget(change)
    await this.invalidateNear(change, nowMs)
  }
}
