/**
 * Who goes next: an adaptive S3-FIFO with ghosts and a patrol.
 *
 * **Idea.** Most keys of most traffic are asked for once. A newcomer therefore enters a small queue and is given up at its
 * end, unless it was used twice or more on the way: then it goes on to the main queue. There the oldest is looked at when
 * room is wanted; while it has uses left it goes round again with one less. Both are first-in-first-out, so that a hit
 * moves nothing: it costs one look-up and two bits. A scan passes through the small queue and leaves the main one alone.
 *
 * **What plain S3-FIFO gets wrong, and what is done about it.**
 * 1. A small queue of fixed length loses on traffic that leans on recency. Evicted keys leave ghosts (ghosts.ts), and their
 *    returns move the length (small-target.ts). A key that left the small queue and is back goes straight to the main one.
 * 2. A loop longer than the cache gets nothing from any queue. While there is room, the overflow of the small queue fills
 *    the main one, so that the first scan or loop leaves a kept set behind. And what returns from the main queue returns
 *    through the small one, so that a later loop cannot wash the kept set out.
 * 3. A main queue that nobody asks for any more is never renewed by newcomers that are given up early. A patrol: each
 *    PATROL_EVERY-th entry to leave the small queue looks at the oldest of the main queue, and replaces it if nobody used
 *    that since the hand last passed.
 *
 * **Also.** What is dead (expired, invalidated) goes first when met, without a second chance and without a ghost. One
 * eviction looks at MAX_LOOKS entries at most; it then takes the oldest of the main queue, used or not. An entry that is
 * being rewritten is passed over, whichever queue it is in. `set` then `get` hits at every capacity: nothing is refused
 * admission, it is only given up early.
 *
 * **Cost.** A hit: one Map look-up, one word (hit-words.ts). A miss: its key's characters are hashed for the ghosts, about
 * as dear as the look-up itself. Bytes per entry: two links, a hash, some bits, and six for ghosts.
 *
 * Sources: J. Yang et al., "FIFO queues are all you need for cache eviction" (S3-FIFO), SOSP 2023. N. Megiddo and
 * D. S. Modha, "ARC: A self-tuning, low overhead replacement cache", FAST 2003 (a target moved by ghosts). F. J. Corbató,
 * "A paging experiment with the Multics system", 1968 (the hand that gives second chances). Hit ratios beside LRU, W-TinyLFU
 * and the optimum: test/hit-ratio.
 */
import { ComingEvictions } from './coming-evictions.ts'
import type { EvictionOrder } from './eviction-order.ts'
import { Ghosts } from './ghosts.ts'
import type { HitWords } from './hit-words.ts'
import type { Occupancy } from './occupancy.ts'
import { SlotQueue } from './slot-queue.ts'
import type { SlotTable } from './slot-table.ts'
import { SmallTarget } from './small-target.ts'

const USES_TO_STAY = 2
const PATROL_EVERY = 64
const MAX_LOOKS = 64
/** Ghosts are made anew for another number of entries when it has grown by this much. */
const GHOST_SLACK = 1.5

export class AdaptiveOrder implements EvictionOrder {
  private readonly slots: SlotTable
  private readonly hits: HitWords
  private readonly occupancy: Occupancy
  private readonly isDead: (slot: number, nowMs: number) => boolean
  private readonly small: SlotQueue
  private readonly main: SlotQueue
  private slotOf = new Map<string, number>()
  private readonly coming: ComingEvictions
  private target: SmallTarget
  private smallWeight = 0
  private ghosts: Ghosts | undefined
  private ghostsFitCount = 0
  private turnsToPatrol = PATROL_EVERY
  private hasJustEvicted = false

  constructor(slots: SlotTable, occupancy: Occupancy, isDead: (slot: number, nowMs: number) => boolean) {
    this.slots = slots
    this.hits = slots.hits
    this.occupancy = occupancy
    this.isDead = isDead
    this.small = new SlotQueue(slots.links)
    this.main = new SlotQueue(slots.links)
    this.target = new SmallTarget(occupancy)
    this.coming = new ComingEvictions(slots)
  }

  find(key: string): number | undefined {
    return this.slotOf.get(key)
  }

  use(key: string): number | undefined {
    return this.slotOf.get(key)
  }

  add(key: string, slot: number, keyHash: number): void {
    this.slotOf.set(key, slot)
    if (this.returnsToMain(slot, keyHash)) this.enterMain(slot)
    else this.enterSmall(slot)
    this.hasJustEvicted = false
  }

  resized(slot: number, formerBytes: number): void {
    if (this.occupancy.isByBytes && !this.hits.isInMain(slot)) this.smallWeight += this.weightOf(slot) - formerBytes
  }

  remove(key: string, slot: number): void {
    this.slotOf.delete(key)
    this.leaveQueue(slot)
  }

  evict(nowMs: number, kept: number): number {
    this.hasJustEvicted = true
    this.coming.lookAhead(this.small.oldest, this.occupancy.entryCount)
    const lastLook = -MAX_LOOKS - this.occupancy.entryCount
    for (let looksLeft = MAX_LOOKS; looksLeft > lastLook; looksLeft--) {
      // A main queue of nothing but what is kept has nothing to give up, however short the small one is.
      const isMainNext = this.smallWeight < this.target.weight && !this.main.isEmpty && !this.main.isOnly(kept)
      const gone =
        isMainNext || this.small.isEmpty ? this.lookAtMain(nowMs, kept, looksLeft) : this.lookAtSmall(nowMs, kept)
      if (gone === undefined) continue
      this.slotOf.delete(this.slots.pageOf(gone).key(gone))
      return gone
    }
    throw new Error('the books of the eviction queues are broken: every entry was looked at, and none can go')
  }

  clear(): void {
    this.slotOf = new Map()
    this.small.clear()
    this.main.clear()
    this.target = new SmallTarget(this.occupancy)
    this.smallWeight = 0
    this.ghosts = undefined
  }

  /** The oldest of the small queue goes, or goes on to the main one. @returns the slot that has left the cache */
  private lookAtSmall(nowMs: number, kept: number): number | undefined {
    const slot = this.small.oldest
    this.leaveSmall(slot)
    if (slot !== kept && this.isDead(slot, nowMs)) return slot
    if (slot === kept || this.hits.uses(slot) >= USES_TO_STAY) {
      this.hits.setUses(slot, 0)
      this.enterMain(slot)
      return undefined
    }
    if (--this.turnsToPatrol <= 0 && !this.main.isEmpty) {
      this.turnsToPatrol = PATROL_EVERY
      const replaced = this.lookAtMain(nowMs, kept, MAX_LOOKS)
      if (replaced !== undefined) {
        this.hits.setUses(slot, 0)
        this.enterMain(slot)
        return replaced
      }
    }
    this.leaveGhost(slot, false)
    return slot
  }

  /** The oldest of the main queue goes, or goes round once more. @returns the slot that has left the cache */
  private lookAtMain(nowMs: number, kept: number, looksLeft: number): number | undefined {
    const slot = this.main.oldest
    this.main.remove(slot)
    if (slot !== kept) {
      if (this.isDead(slot, nowMs)) return slot
      const uses = this.hits.uses(slot)
      if (uses === 0 || looksLeft <= 0) {
        this.leaveGhost(slot, true)
        return slot
      }
      this.hits.setUses(slot, uses - 1)
    }
    this.main.push(slot)
    return undefined
  }

  /** Moves the target by the ghost of the key, if it has one. @returns whether the key left the small queue lately */
  private returnsToMain(slot: number, keyHash: number): boolean {
    const ghosts = this.ghosts
    if (ghosts === undefined) return false
    ghosts.follow(this.occupancy.entryCount)
    const ghost = ghosts.find(keyHash)
    if (ghost < 0) return false
    const isFromMain = ghosts.isFromMain(ghost)
    if (isFromMain) this.target.narrow(this.weightOf(slot))
    else this.target.widen(this.weightOf(slot), ghosts.ageOf(ghost))
    ghosts.forget(ghost)
    return !isFromMain
  }

  private leaveGhost(slot: number, isFromMain: boolean): void {
    const { entryCount } = this.occupancy
    if (this.ghosts === undefined || entryCount > this.ghostsFitCount * GHOST_SLACK) {
      this.ghosts = new Ghosts(entryCount)
      this.ghostsFitCount = entryCount
    }
    this.ghosts.add(this.slots.links.keyHash(slot), isFromMain)
    this.target.noteEviction(isFromMain)
  }

  private enterSmall(slot: number): void {
    this.small.push(slot)
    this.smallWeight += this.weightOf(slot)
    if (this.hasJustEvicted || !this.occupancy.hasRoom) return
    for (let looks = 0; looks < MAX_LOOKS && this.smallWeight > this.target.weight; looks++) {
      const overflowing = this.small.oldest
      if (overflowing === slot) return
      this.leaveSmall(overflowing)
      this.enterMain(overflowing)
    }
  }

  private enterMain(slot: number): void {
    this.main.push(slot)
    this.hits.markMain(slot)
  }

  private leaveQueue(slot: number): void {
    if (this.hits.isInMain(slot)) this.main.remove(slot)
    else this.leaveSmall(slot)
  }

  private leaveSmall(slot: number): void {
    this.small.remove(slot)
    this.smallWeight -= this.weightOf(slot)
  }

  private weightOf(slot: number): number {
    return this.occupancy.isByBytes ? this.hits.sizeBytes(slot) : 1
  }
}
