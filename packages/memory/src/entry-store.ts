/**
 * Entries in slots, within the limits: writing one, reading its parts, taking it out. Which goes when room is wanted is
 * the eviction order's choice.
 */
import type { EntryFacts, EntryTimes } from '@stowage/core'
import { AdaptiveOrder } from './adaptive-order.ts'
import { GuardRoom, NO_GUARD } from './entry-guard.ts'
import type { EvictionOrder } from './eviction-order.ts'
import { LruOrder } from './lru-order.ts'
import { Occupancy } from './occupancy.ts'
import type { MemoryPlan } from './options.ts'
import type { RemovalReports } from './removal-reports.ts'
import { expireAtMsOf, guardOf, putGuard, putTagSet, putTimes, staleAtMsOf, timesOf } from './slot-facts.ts'
import { AT_MASK, IS_GUARDED, PAGE_SHIFT, type SlotPage } from './slot-page.ts'
import { RESERVED_SLOTS, SlotTable } from './slot-table.ts'
import { NO_TAGS, TagSets } from './tag-sets.ts'
import { TagTable } from './tag-table.ts'

/** Slots that are looked at for dead entries whenever room is wanted: the dead go before the living. */
const LOOKS_FOR_DEAD = 4
const NOBODY = 0

export class EntryStore {
  readonly slots: SlotTable = new SlotTable()
  readonly tags: TagTable = new TagTable()
  readonly occupancy: Occupancy
  readonly order: EvictionOrder
  readonly #tagSets = new TagSets(this.tags)
  readonly #guards = new GuardRoom()
  readonly #reports: RemovalReports
  #reclaimed = 0

  constructor({ maxEntries, maxBytes, policy }: MemoryPlan, reports: RemovalReports) {
    this.occupancy = new Occupancy(maxEntries, maxBytes)
    this.#reports = reports
    this.order =
      policy === 'lru'
        ? new LruOrder()
        : new AdaptiveOrder(this.slots, this.occupancy, (slot, nowMs) => this.missOf(slot, nowMs) !== undefined)
  }

  /** Why an entry may not be served, or undefined. */
  missOf(slot: number, nowMs: number): 'expired' | 'invalidated' | undefined {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    if (!this.#isValid(page, at)) return 'invalidated'
    return nowMs < expireAtMsOf(page, at) ? undefined : 'expired'
  }

  /** The value of an entry that is fresh, unguarded and valid; asked where one comparison could not tell. */
  valueIfFresh(slot: number, nowMs: number): unknown {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    if (nowMs >= staleAtMsOf(page, at) || ((page.marks[at] ?? 0) & IS_GUARDED) !== 0) return undefined
    return this.#isValid(page, at) ? page.values[at] : undefined
  }

  factsOf(slot: number): EntryFacts {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    const { version, fingerprint, slidingMs } = guardOf(page, at) ?? NO_GUARD
    const tags = this.#tagSets.tagsOf(page.tagSets?.[at] ?? NO_TAGS)
    return { ...timesOf(page, at), tags, version, fingerprint, slidingMs }
  }

  keyOf(slot: number): string {
    return this.slots.pageOf(slot).keys[slot & AT_MASK] ?? ''
  }

  valueOf(slot: number): unknown {
    return this.slots.pageOf(slot).values[slot & AT_MASK]
  }

  sizeBytesOf(slot: number): number {
    return this.slots.pageOf(slot).sizeBytes[slot & AT_MASK] ?? 0
  }

  /** What tells one write from every other, of any key at any time; 0 where nothing is. */
  sequenceOf(slot: number): number {
    return this.slots.pages[slot >>> PAGE_SHIFT]?.sequences[slot & AT_MASK] ?? 0
  }

  /** Stores an entry, evicting what must go for it. */
  write(key: string, facts: EntryFacts, value: unknown, sizeBytes: number, nowMs: number): void {
    const held = this.order.use(key)
    if (held !== undefined) {
      this.#rewrite(held, facts, value, sizeBytes, nowMs)
      return
    }
    this.#makeRoom(1, sizeBytes, NOBODY, nowMs)
    const slot = this.slots.take()
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    page.keys[at] = key
    page.marks[at] = 0
    if (page.tagSets !== undefined) page.tagSets[at] = NO_TAGS
    this.#fill(page, at, facts, value, sizeBytes)
    this.occupancy.entryCount++
    this.occupancy.sizeBytes += sizeBytes
    this.order.add(key, slot)
  }

  retime(slot: number, times: EntryTimes): void {
    putTimes(this.slots.pageOf(slot), slot & AT_MASK, times)
  }

  remove(slot: number): void {
    this.order.remove(this.keyOf(slot), slot)
    this.#empty(slot)
  }

  /** Takes out a dead entry and notes why. @returns why, or undefined when it is not dead or nothing is there */
  reclaim(slot: number, nowMs: number): 'expired' | 'invalidated' | undefined {
    const cause = this.sequenceOf(slot) === 0 ? undefined : this.missOf(slot, nowMs)
    if (cause === undefined) return undefined
    this.#reports.note(this.keyOf(slot), cause)
    this.remove(slot)
    return cause
  }

  /** Everything goes at once, unreported: new, empty tables in place of the old ones, whatever they hold. */
  clear(): void {
    this.order.clear()
    this.slots.clear()
    this.#tagSets.clear()
    this.tags.dropAll()
    this.occupancy.entryCount = 0
    this.occupancy.sizeBytes = 0
  }

  #rewrite(slot: number, facts: EntryFacts, value: unknown, sizeBytes: number, nowMs: number): void {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    const formerTagSet = page.tagSets?.[at] ?? NO_TAGS
    const formerBytes = page.sizeBytes[at] ?? 0
    this.#fill(page, at, facts, value, sizeBytes)
    if (formerTagSet !== NO_TAGS) this.#tagSets.drop(formerTagSet)
    if (sizeBytes === formerBytes) return
    this.occupancy.sizeBytes += sizeBytes - formerBytes
    this.order.resized(slot, formerBytes)
    this.#makeRoom(0, 0, slot, nowMs)
  }

  #fill(page: SlotPage, at: number, facts: EntryFacts, value: unknown, sizeBytes: number): void {
    page.values[at] = value
    page.sizeBytes[at] = sizeBytes
    page.sequences[at] = this.tags.nextSequence()
    putTagSet(page, at, this.#tagSets.hold(facts.tags))
    putGuard(page, at, this.#guards.guardOf(facts))
    putTimes(page, at, facts)
  }

  #makeRoom(entryCount: number, sizeBytes: number, kept: number, nowMs: number): void {
    if (!this.occupancy.wouldOverflow(entryCount, sizeBytes)) return
    this.#reclaimSome(kept, nowMs)
    while (this.occupancy.wouldOverflow(entryCount, sizeBytes)) {
      const slot = this.order.evict(nowMs, kept)
      this.#reports.note(this.keyOf(slot), this.missOf(slot, nowMs) ?? 'evicted')
      this.#empty(slot)
    }
  }

  #reclaimSome(kept: number, nowMs: number): void {
    for (let looks = 0; looks < LOOKS_FOR_DEAD; looks++) {
      const slot = RESERVED_SLOTS + this.#reclaimed
      if (slot !== kept) this.reclaim(slot, nowMs)
      this.#reclaimed = slot + 1 < this.slots.top ? this.#reclaimed + 1 : 0
    }
  }

  #empty(slot: number): void {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    this.#tagSets.drop(page.tagSets?.[at] ?? NO_TAGS)
    this.occupancy.entryCount--
    this.occupancy.sizeBytes -= page.sizeBytes[at] ?? 0
    this.slots.give(slot)
  }

  #isValid(page: SlotPage, at: number): boolean {
    const tagSet = page.tagSets?.[at] ?? NO_TAGS
    return tagSet === NO_TAGS || this.#tagSets.isValid(tagSet, page.sequences[at] ?? 0)
  }
}
