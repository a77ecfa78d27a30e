/**
 * Entries in slots, within the limits: writing one, reading its parts, taking it out. Which goes when room is wanted is
 * the eviction order's choice.
 */
import { type EntryFacts, type EntryTimes, isPlainFacts, type NewEntry } from '@stowage/core'
import { AdaptiveOrder } from './adaptive-order.ts'
import { CoverWalks } from './cover-walks.ts'
import { GuardRoom, NO_GUARD } from './entry-guard.ts'
import { entryBytes } from './entry-size.ts'
import type { EvictionOrder } from './eviction-order.ts'
import { KeyReading } from './key-hash.ts'
import { LruOrder } from './lru-order.ts'
import { Occupancy } from './occupancy.ts'
import type { MemoryPlan } from './options.ts'
import type { RemovalReports } from './removal-reports.ts'
import { stringBytesOf } from './size-of.ts'
import { expireAtMsOf, guardOf, putRareFacts, timesOf } from './slot-facts.ts'
import { HAS_WIDE_KEY, IS_GUARDED, type SlotPage } from './slot-page.ts'
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
  readonly slots: SlotTable
  readonly tags: TagTable = new TagTable()
  readonly occupancy: Occupancy
  readonly order: EvictionOrder
  readonly walks: CoverWalks
  private readonly tagSets = new TagSets(this.tags)
  private readonly guards = new GuardRoom()
  private readonly reading = new KeyReading(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)
  private readonly reports: RemovalReports
  private readonly plan: MemoryPlan
  private lookedAt = RESERVED_SLOTS

  constructor(plan: MemoryPlan, reports: RemovalReports) {
    this.plan = plan
    this.occupancy = new Occupancy(plan.maxEntries, plan.maxBytes)
    this.slots = new SlotTable(this.occupancy.mostEntries)
    this.reports = reports
    this.walks = new CoverWalks(this)
    this.order =
      plan.policy === 'lru'
        ? new LruOrder()
        : new AdaptiveOrder(this.slots, this.occupancy, (slot, nowMs) => this.missOf(slot, nowMs) !== undefined)
  }

  /** Why an entry may not be served, or undefined. */
  missOf(slot: number, nowMs: number): 'expired' | 'invalidated' | undefined {
    if (nowMs < this.slots.hits.plainUntilMs(slot) && this.walks.isIdle) return undefined
    const page = this.slots.pageOf(slot)
    if (!this.isValid(page, slot)) return 'invalidated'
    return nowMs < expireAtMsOf(page, slot) ? undefined : 'expired'
  }

  /** The value of an entry that is fresh, unguarded and valid; asked where a glance could not tell. */
  valueIfFresh(slot: number, nowMs: number): unknown {
    const page = this.slots.pageOf(slot)
    if (page.has(slot, IS_GUARDED) || nowMs >= page.staleAtMs(slot) || nowMs >= expireAtMsOf(page, slot))
      return undefined
    return this.isValid(page, slot) ? this.slots.value(slot) : undefined
  }

  factsOf(slot: number): EntryFacts {
    const page = this.slots.pageOf(slot)
    const { version, fingerprint, slidingMs } = guardOf(page, slot) ?? NO_GUARD
    return { ...timesOf(page, slot), tags: this.tagSets.tagsOf(page.tagSet(slot)), version, fingerprint, slidingMs }
  }

  keyOf(slot: number): string {
    return this.slots.pageOf(slot).key(slot)
  }

  valueOf(slot: number): unknown {
    return this.slots.value(slot)
  }

  /** Of the entry without its tags. */
  ownBytesOf(slot: number): number {
    return this.slots.pageOf(slot).sizeBytes(slot)
  }

  /** What tells one write from every other, of any key at any time; 0 where nothing is. */
  sequenceOf(slot: number): number {
    return this.slots.pageOf(slot).sequence(slot)
  }

  /** Of the entry with its tags, as if no other shared them. */
  fullBytesOf(slot: number): number {
    const page = this.slots.pageOf(slot)
    return page.sizeBytes(slot) + this.tagSets.bytesOf(page.tagSet(slot))
  }

  /** Stores an entry, evicting what must go for it; one that is too large takes what was there with it. */
  write(key: string, { facts, value, maxBytes }: Omit<NewEntry, 'encode'>, nowMs: number): 'stored' | 'too-large' {
    const held = this.order.use(key)
    if (held === undefined) this.reading.read(key)
    const isWide = held === undefined ? this.reading.isWide : this.slots.pageOf(held).has(held, HAS_WIDE_KEY)
    const sizeBytes = entryBytes(stringBytesOf(key, isWide), value, this.plan.sizeOf)
    const tagSet = facts.tags.length === 0 ? NO_TAGS : this.tagSets.hold(facts.tags)
    const fullBytes = tagSet === NO_TAGS ? sizeBytes : sizeBytes + this.tagSets.bytesOf(tagSet)
    if (fullBytes > maxBytes || fullBytes > this.plan.maxEntryBytes) {
      this.tagSets.drop(tagSet)
      if (held !== undefined) this.remove(held)
      return 'too-large'
    }
    if (tagSet !== NO_TAGS) this.occupancy.sharedBytes = this.tagSets.heldBytes
    if (held !== undefined && tagSet === NO_TAGS && this.rewritePlain(held, facts, value, sizeBytes)) return 'stored'
    if (held === undefined) this.insert(key, { facts, value, sizeBytes, tagSet }, nowMs)
    else this.rewrite(held, { facts, value, sizeBytes, tagSet }, nowMs)
    return 'stored'
  }

  /** Gives an entry other instants; it stays the same write. */
  retime(slot: number, times: EntryTimes): void {
    const page = this.slots.pageOf(slot)
    const facts = { ...this.factsOf(slot), ...times }
    const held = { value: this.slots.value(slot), sizeBytes: page.sizeBytes(slot), tagSet: page.tagSet(slot) }
    this.fill(slot, { facts, ...held }, page.sequence(slot))
  }

  remove(slot: number): void {
    this.order.remove(this.keyOf(slot), slot)
    this.empty(slot)
  }

  /** All keys this covers, written before now, are invalidated. */
  cover(covers: (key: string) => boolean): void {
    this.walks.begin(covers, this.tags.nextSequence())
  }

  takeOut(slot: number): void {
    this.reports.note(this.keyOf(slot), 'invalidated')
    this.remove(slot)
  }

  rest(): void {
    this.reports.tell()
  }

  get top(): number {
    return this.slots.top
  }

  /** Takes out a dead entry and notes why. @returns why, or undefined when it is not dead or nothing is there */
  reclaim(slot: number, nowMs: number): 'expired' | 'invalidated' | undefined {
    const cause = this.missOf(slot, nowMs)
    if (cause === undefined || this.sequenceOf(slot) === 0) return undefined
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

  /** The key is the one that was read last. */
  private insert(key: string, write: SlotWrite, nowMs: number): void {
    const { hash, isWide } = this.reading
    this.makeRoom(1, write.sizeBytes, NOBODY, nowMs)
    const slot = this.slots.take()
    this.slots.pageOf(slot).begin(slot, { key, hash, isWide })
    this.fill(slot, write, this.tags.nextSequence())
    this.occupancy.entryCount++
    this.occupancy.entryBytes += write.sizeBytes
    this.order.add(key, slot)
  }

  /**
   * What most rewrites are, at two thirds of the price: no tags, no rare facts and the same size, before and after.
   * @returns whether this is one
   */
  private rewritePlain(slot: number, facts: EntryFacts, value: unknown, sizeBytes: number): boolean {
    const page = this.slots.pageOf(slot)
    const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs } = facts
    const lifeMs = staleAtMs - storedAtMs
    const isPlain = lifeMs >>> 0 === lifeMs && errorOnlyAtMs === staleAtMs && expireAtMs === staleAtMs
    if (!isPlain || !page.isPlain(slot) || page.sizeBytes(slot) !== sizeBytes || !isPlainFacts(facts)) return false
    page.putPlain(slot, staleAtMs, lifeMs, this.tags.nextSequence())
    page.values[slot & 0x7fff] = value
    this.slots.hits.setPlainUntilMs(slot, staleAtMs)
    return true
  }

  private rewrite(slot: number, write: SlotWrite, nowMs: number): void {
    const page = this.slots.pageOf(slot)
    const formerTagSet = page.tagSet(slot)
    const formerBytes = page.sizeBytes(slot)
    this.fill(slot, write, this.tags.nextSequence())
    this.letGo(formerTagSet)
    if (write.sizeBytes !== formerBytes) {
      this.occupancy.entryBytes += write.sizeBytes - formerBytes
      this.order.resized(slot, formerBytes)
    } else if (write.tagSet === formerTagSet) return
    this.makeRoom(0, 0, slot, nowMs)
  }

  private fill(slot: number, { facts, value, sizeBytes, tagSet }: SlotWrite, sequence: number): void {
    const { storedAtMs, staleAtMs, expireAtMs } = facts
    const guard = this.guards.guardOf(facts)
    const page = this.slots.pageOf(slot)
    page.putTimes(slot, staleAtMs, staleAtMs - storedAtMs)
    page.putWrite(slot, sequence, sizeBytes)
    page.putMarks(slot, tagSet, putRareFacts(page, slot, facts, guard))
    this.slots.setValue(slot, value)
    const isPlain = guard === undefined && tagSet === NO_TAGS
    // A tier's cap can end a life before it is stale.
    this.slots.hits.setPlainUntilMs(slot, isPlain ? Math.min(staleAtMs, expireAtMs) : 0)
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
      if (++this.lookedAt >= this.slots.top) this.lookedAt = RESERVED_SLOTS
      if (this.lookedAt !== kept) this.reclaim(this.lookedAt, nowMs)
    }
  }

  private empty(slot: number): void {
    const page = this.slots.pageOf(slot)
    this.letGo(page.tagSet(slot))
    this.occupancy.entryCount--
    this.occupancy.entryBytes -= page.sizeBytes(slot)
    this.slots.give(slot)
  }

  private isValid(page: SlotPage, slot: number): boolean {
    const sequence = page.sequence(slot)
    if (!this.walks.isIdle && this.walks.isCovered(page.key(slot), sequence)) return false
    const tagSet = page.tagSet(slot)
    return tagSet === NO_TAGS || this.tagSets.isValid(tagSet, sequence)
  }
}
