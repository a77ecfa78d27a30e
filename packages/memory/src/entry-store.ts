/**
 * Entries in slots, within the limits: writing one, reading its parts, taking it out. Which goes when room is wanted is
 * the eviction order's choice.
 */
import type { EntryFacts, EntryTimes, NewEntry } from '@stowage/core'
import { AdaptiveOrder } from './adaptive-order.ts'
import { GuardRoom, NO_GUARD } from './entry-guard.ts'
import { entryBytes } from './entry-size.ts'
import type { EvictionOrder } from './eviction-order.ts'
import { LruOrder } from './lru-order.ts'
import { Occupancy } from './occupancy.ts'
import type { MemoryPlan } from './options.ts'
import type { RemovalReports } from './removal-reports.ts'
import { expireAtMsOf, guardOf, putGuard, putTimes, staleAtMsOf, timesOf } from './slot-facts.ts'
import { AT_MASK, IS_GUARDED, PAGE_SHIFT, type SlotPage } from './slot-page.ts'
import { RESERVED_SLOTS, SlotTable } from './slot-table.ts'
import { NO_TAGS, TagSets } from './tag-sets.ts'
import { TagTable } from './tag-table.ts'

/** Slots that are looked at for dead entries whenever room is wanted: the dead go before the living. */
const LOOKS_FOR_DEAD = 4
const NOBODY = 0

/** What goes into a slot. */
interface SlotWrite {
  readonly facts: EntryFacts
  readonly value: unknown
  /** Without the tags, which entries share. */
  readonly sizeBytes: number
  readonly tagSet: number
}

export class EntryStore {
  readonly slots: SlotTable = new SlotTable()
  readonly tags: TagTable = new TagTable()
  readonly occupancy: Occupancy
  readonly order: EvictionOrder
  private readonly tagSets = new TagSets(this.tags)
  private readonly guards = new GuardRoom()
  private readonly reports: RemovalReports
  private readonly plan: MemoryPlan
  private reclaimed = 0

  constructor(plan: MemoryPlan, reports: RemovalReports) {
    this.plan = plan
    this.occupancy = new Occupancy(plan.maxEntries, plan.maxBytes)
    this.reports = reports
    this.order =
      plan.policy === 'lru'
        ? new LruOrder()
        : new AdaptiveOrder(this.slots, this.occupancy, (slot, nowMs) => this.missOf(slot, nowMs) !== undefined)
  }

  /** Why an entry may not be served, or undefined. */
  missOf(slot: number, nowMs: number): 'expired' | 'invalidated' | undefined {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    if (!this.isValid(page, at)) return 'invalidated'
    return nowMs < expireAtMsOf(page, at) ? undefined : 'expired'
  }

  /** The value of an entry that is fresh, unguarded and valid; asked where one comparison could not tell. */
  valueIfFresh(slot: number, nowMs: number): unknown {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    if (nowMs >= staleAtMsOf(page, at) || page.has(at, IS_GUARDED)) return undefined
    return this.isValid(page, at) ? page.values[at] : undefined
  }

  factsOf(slot: number): EntryFacts {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    const { version, fingerprint, slidingMs } = guardOf(page, at) ?? NO_GUARD
    const tags = this.tagSets.tagsOf(page.tagSet(at))
    return { ...timesOf(page, at), tags, version, fingerprint, slidingMs }
  }

  keyOf(slot: number): string {
    return this.slots.pageOf(slot).keys[slot & AT_MASK] ?? ''
  }

  valueOf(slot: number): unknown {
    return this.slots.pageOf(slot).values[slot & AT_MASK]
  }

  /** Of the entry without its tags. */
  ownBytesOf(slot: number): number {
    return this.slots.pageOf(slot).sizeBytes(slot & AT_MASK)
  }

  /** Of the entry with its tags, as if no other shared them. */
  fullBytesOf(slot: number): number {
    const page = this.slots.pageOf(slot)
    return this.ownBytesOf(slot) + this.tagSets.bytesOf(page.tagSet(slot & AT_MASK))
  }

  /** What tells one write from every other, of any key at any time; 0 where nothing is. */
  sequenceOf(slot: number): number {
    return this.slots.pages[slot >>> PAGE_SHIFT]?.sequence(slot & AT_MASK) ?? 0
  }

  /** Stores an entry, evicting what must go for it; one that is too large takes what was there with it. */
  write(key: string, { facts, value, maxBytes }: Omit<NewEntry, 'encode'>, nowMs: number): 'stored' | 'too-large' {
    const sizeBytes = entryBytes(key, value, this.plan.sizeOf)
    const tagSet = this.tagSets.hold(facts.tags)
    const fullBytes = sizeBytes + this.tagSets.bytesOf(tagSet)
    const held = this.order.use(key)
    if (fullBytes > maxBytes || fullBytes > this.plan.maxEntryBytes) {
      this.tagSets.drop(tagSet)
      if (held !== undefined) this.remove(held)
      return 'too-large'
    }
    this.occupancy.sharedBytes = this.tagSets.heldBytes
    if (held === undefined) this.insert(key, { facts, value, sizeBytes, tagSet }, nowMs)
    else this.rewrite(held, { facts, value, sizeBytes, tagSet }, nowMs)
    return 'stored'
  }

  retime(slot: number, times: EntryTimes): void {
    putTimes(this.slots.pageOf(slot), slot & AT_MASK, times)
  }

  remove(slot: number): void {
    this.order.remove(this.keyOf(slot), slot)
    this.empty(slot)
  }

  /** Takes out a dead entry and notes why. @returns why, or undefined when it is not dead or nothing is there */
  reclaim(slot: number, nowMs: number): 'expired' | 'invalidated' | undefined {
    const cause = this.sequenceOf(slot) === 0 ? undefined : this.missOf(slot, nowMs)
    if (cause === undefined) return undefined
    this.reports.note(this.keyOf(slot), cause)
    this.remove(slot)
    return cause
  }

  /** Everything goes at once, unreported: new, empty tables in place of the old ones, whatever they hold. */
  clear(): void {
    this.order.clear()
    this.slots.clear()
    this.tagSets.clear()
    this.tags.dropAll()
    this.occupancy.entryCount = 0
    this.occupancy.entryBytes = 0
    this.occupancy.sharedBytes = 0
  }

  private insert(key: string, write: SlotWrite, nowMs: number): void {
    this.makeRoom(1, write.sizeBytes, NOBODY, nowMs)
    const slot = this.slots.take()
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    page.keys[at] = key
    page.clearMarks(at)
    this.fill(page, at, write)
    this.occupancy.entryCount++
    this.occupancy.entryBytes += write.sizeBytes
    this.order.add(key, slot)
  }

  private rewrite(slot: number, write: SlotWrite, nowMs: number): void {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    const formerTagSet = page.tagSet(at)
    const formerBytes = page.sizeBytes(at)
    this.fill(page, at, write)
    this.letGo(formerTagSet)
    this.occupancy.entryBytes += write.sizeBytes - formerBytes
    if (write.sizeBytes !== formerBytes) this.order.resized(slot, formerBytes)
    this.makeRoom(0, 0, slot, nowMs)
  }

  private fill(page: SlotPage, at: number, { facts, value, sizeBytes, tagSet }: SlotWrite): void {
    page.values[at] = value
    page.setSizeBytes(at, sizeBytes)
    page.setSequence(at, this.tags.nextSequence())
    page.setTagSet(at, tagSet)
    putGuard(page, at, this.guards.guardOf(facts))
    putTimes(page, at, facts)
  }

  private letGo(tagSet: number): void {
    if (tagSet === NO_TAGS) return
    this.tagSets.drop(tagSet)
    this.occupancy.sharedBytes = this.tagSets.heldBytes
  }

  private makeRoom(entryCount: number, sizeBytes: number, kept: number, nowMs: number): void {
    if (!this.occupancy.wouldOverflow(entryCount, sizeBytes)) return
    this.reclaimSome(kept, nowMs)
    while (this.occupancy.wouldOverflow(entryCount, sizeBytes)) {
      const slot = this.order.evict(nowMs, kept)
      this.reports.note(this.keyOf(slot), this.missOf(slot, nowMs) ?? 'evicted')
      this.empty(slot)
    }
  }

  private reclaimSome(kept: number, nowMs: number): void {
    for (let looks = 0; looks < LOOKS_FOR_DEAD; looks++) {
      const slot = RESERVED_SLOTS + this.reclaimed
      if (slot !== kept) this.reclaim(slot, nowMs)
      this.reclaimed = slot + 1 < this.slots.top ? this.reclaimed + 1 : 0
    }
  }

  private empty(slot: number): void {
    const page = this.slots.pageOf(slot)
    const at = slot & AT_MASK
    this.letGo(page.tagSet(at))
    this.occupancy.entryCount--
    this.occupancy.entryBytes -= page.sizeBytes(at)
    this.slots.give(slot)
  }

  private isValid(page: SlotPage, at: number): boolean {
    const tagSet = page.tagSet(at)
    return tagSet === NO_TAGS || this.tagSets.isValid(tagSet, page.sequence(at))
  }
}
