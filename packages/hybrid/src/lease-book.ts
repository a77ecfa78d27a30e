/**
 * Leases as this process knows them, beside those of the far tier, which decides as long as it answers.
 *
 * The far tier keeps the fence of a load, so that everybody's invalidations void it. When it fails, the fence would be gone with
 * it, and a load that began before an invalidation could still put its value into a near tier. So every lease is in this book as
 * well, and voided by what happens through this process or is heard over the bus. A lease that was taken while the far
 * tier was down is here alone: it is good for near tiers and never for the far one, which others may have invalidated unheard.
 *
 * What holders of copies tell may not have come to the far tier yet, and voids. What the far tier itself tells it has done, and it may have been no
 * more than to give this very lease: voided by that, none would hold for longer than such a message takes. So it makes leases doubtful, which
 * are good for whatever the far tier decides and for nothing else.
 */
import { type InvalidationTarget, keepsOthersOut, keyCoverOf, type Lease, type LeaseMode } from '@stowage/core'

/** As many loads as a cache runs at once; beyond them the oldest are void. */
const MAX_LEASES = 10_000
/** Beyond this many tags invalidated while leases live, all leases older than the last of them are void. */
const MAX_TAGS = 10_000

/** A lease as the book has it. */
export interface Noted {
  readonly mode: LeaseMode
  /** The far tier's own; undefined: it has given none. */
  far: Lease | undefined
  /** The count of tag invalidations when it was taken. */
  readonly epoch: number
  untilMs: number
  /** It stays noted, so that it can be given back afar. */
  isVoid: boolean
  /** The far tier has told that its key is another: by a write of others, or by a lease alone, this one included. Its own lease tells which. */
  isDoubtful: boolean
}

export class LeaseBook {
  /** By key, then by token. */
  readonly #leases = new Map<string, Map<string, Noted>>()
  readonly #tagEpochs = new Map<string, number>()
  #count = 0
  #epoch = 0
  /** Leases of an earlier epoch are void, whatever their tags. */
  #floor = 0

  /** Before the far tier is asked for its own, so that nothing that happens meanwhile is missed. */
  take(key: string, mode: LeaseMode, untilMs: number): Lease {
    const lease = { key, token: crypto.randomUUID() }
    const ofKey = this.#leases.get(key) ?? new Map<string, Noted>()
    this.#leases.set(
      key,
      ofKey.set(lease.token, { mode, far: undefined, epoch: this.#epoch, untilMs, isVoid: false, isDoubtful: false }),
    )
    if (++this.#count > MAX_LEASES) this.#forgetOldest()
    return lease
  }

  /** The lease under which the key may be written with these tags; undefined: it may not. One in doubt the far tier has to be asked about. */
  held({ key, token }: Lease, tags: readonly string[], nowMs: number): Noted | undefined {
    const noted = this.#leases.get(key)?.get(token)
    if (noted === undefined || noted.isVoid || nowMs >= noted.untilMs || noted.epoch < this.#floor) return undefined
    return tags.some((tag) => (this.#tagEpochs.get(tag) ?? 0) > noted.epoch) ? undefined : noted
  }

  /** What is noted of it, void or not. */
  find({ key, token }: Lease): Noted | undefined {
    return this.#leases.get(key)?.get(token)
  }

  /** Whether another than this one has the key exclusively. */
  isTaken({ key, token }: Lease, nowMs: number): boolean {
    return this.#rivals({ key, token }).some((noted) => !noted.isVoid && keepsOthersOut(noted, nowMs))
  }

  /** It was given exclusively: nobody else has the key so any more. */
  voidRivals(lease: Lease): void {
    for (const noted of this.#rivals(lease)) noted.isVoid = true
  }

  #rivals({ key, token }: Lease): readonly Noted[] {
    const others = [...(this.#leases.get(key) ?? [])].filter(([other]) => other !== token)
    return others.map(([, noted]) => noted).filter(({ mode }) => mode === 'exclusive')
  }

  forget({ key, token }: Lease): void {
    const ofKey = this.#leases.get(key)
    if (ofKey?.delete(token) !== true) return
    this.#count--
    if (ofKey.size === 0) this.#leases.delete(key)
    if (this.#count === 0) this.#tagEpochs.clear()
  }

  voidKey(key: string): void {
    for (const noted of this.#leases.get(key)?.values() ?? []) noted.isVoid = true
  }

  /** The far tier has told of the key: its own leases say which of these still hold. */
  doubtKey(key: string): void {
    for (const noted of this.#leases.get(key)?.values() ?? []) noted.isDoubtful = true
  }

  /** Before something is done under this one. */
  voidOthers({ key, token }: Lease): void {
    for (const [other, noted] of this.#leases.get(key) ?? []) if (other !== token) noted.isVoid = true
  }

  voidTarget(target: InvalidationTarget): void {
    if ('tags' in target) this.#voidTags(target.tags)
    else {
      const { covers } = keyCoverOf(target)
      for (const key of this.#leases.keys()) if (covers(key)) this.voidKey(key)
    }
  }

  #voidTags(tags: readonly string[]): void {
    if (this.#count === 0) return
    this.#epoch++
    for (const tag of tags) this.#tagEpochs.set(tag, this.#epoch)
    if (this.#tagEpochs.size <= MAX_TAGS) return
    this.#tagEpochs.clear()
    this.#floor = this.#epoch
  }

  #forgetOldest(): void {
    const [oldest] = this.#leases
    const [token] = oldest?.[1].keys() ?? []
    if (oldest !== undefined && token !== undefined) this.forget({ key: oldest[0], token })
  }
}
