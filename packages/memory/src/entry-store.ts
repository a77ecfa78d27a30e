/**
 * Entries in slots, within the limits: what a cache consists of, and how an entry is written. Reading one is
 * entry-reader.ts, taking one out entry-removal.ts; which goes when room is wanted is the eviction order's choice.
 */
import type { EntryFacts, EntryTimes, NewEntry, Usage } from '@stowage/core'
import { AdaptiveOrder } from './adaptive-order.ts'
import type { Cover } from './cover-set.ts'
import { CoverWalks } from './cover-walks.ts'
import { GuardRoom } from './entry-guard.ts'
import { EntryReader } from './entry-reader.ts'
import { EntryRemoval, NOBODY } from './entry-removal.ts'
import { entryBytes } from './entry-size.ts'
import type { EvictionOrder } from './eviction-order.ts'
import type { HitWords } from './hit-words.ts'
import { KeyReading } from './key-hash.ts'
import type { LeaseTable } from './lease-table.ts'
import { LruOrder } from './lru-order.ts'
import { Occupancy } from './occupancy.ts'
import type { MemoryPlan } from './options.ts'
import type { RemovalReports } from './removal-reports.ts'
import { stringBytesOf } from './size-of.ts'
import { surveyedBytes } from './size-survey.ts'
import { isBareFacts, putRareFacts } from './slot-facts.ts'
import { SlotTable } from './slot-table.ts'
import { NO_TAGS, TagSets } from './tag-sets.ts'
import { TagTable } from './tag-table.ts'

/** The size of an entry that is not weighed. */
const NOT_WEIGHED = 0

type Write = Omit<NewEntry, 'encode'>

export class EntryStore {
  readonly slots: SlotTable
  readonly tags: TagTable
  readonly occupancy: Occupancy
  readonly order: EvictionOrder
  readonly walks: CoverWalks
  readonly entries: EntryReader
  readonly removal: EntryRemoval
  private readonly tagSets: TagSets
  private readonly guards = new GuardRoom()
  private readonly reading = new KeyReading(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)
  private readonly hits: HitWords
  private readonly isWeighed: boolean
  private readonly sizeOf: ((value: unknown) => number) | undefined
  private readonly maxEntryBytes: number

  constructor(plan: MemoryPlan, reports: RemovalReports, leases: LeaseTable) {
    this.tags = new TagTable(leases)
    this.tagSets = new TagSets(this.tags)
    this.isWeighed = plan.isWeighed
    this.sizeOf = plan.sizeOf
    this.maxEntryBytes = plan.maxEntryBytes
    this.occupancy = new Occupancy(plan.maxEntries, plan.maxBytes)
    this.slots = new SlotTable(this.occupancy.mostEntries, plan.isWeighed)
    this.hits = this.slots.hits
    this.walks = new CoverWalks(this.slots)
    this.entries = new EntryReader(this.slots, this.tagSets, this.walks, plan.isWeighed)
    const { slots, occupancy, entries, tagSets } = this
    this.order =
      plan.policy === 'lru'
        ? new LruOrder()
        : new AdaptiveOrder(slots, occupancy, (slot, nowMs) => entries.missOf(slot, nowMs) !== undefined)
    this.removal = new EntryRemoval({ slots, occupancy, entries, tagSets, order: this.order, reports })
  }

  /**
   * Stores an entry, evicting what must go for it; one that is too large takes what was there with it.
   *
   * @param held where the key is already
   */
  write(
    held: number | undefined,
    key: string,
    { facts, value, maxBytes }: Write,
    nowMs: number,
  ): 'stored' | 'too-large' {
    if (held === undefined) return this.writeNew(key, facts, value, maxBytes, nowMs)
    return this.rewrite(held, key, facts, value, maxBytes, nowMs)
  }

  /** What most rewrites are: nothing of the former entry matters. @returns whether it was one; if not, {@link write} is to be asked. */
  rewriteBare(slot: number, { facts, value, maxBytes }: Write, nowMs: number): boolean {
    const { staleAtMs } = facts
    if (staleAtMs <= nowMs || this.isToWeigh(maxBytes) || !isBareFacts(facts)) return false
    if (!this.hits.rewriteBare(slot, facts.storedAtMs, staleAtMs)) return false
    const page = this.slots.pageOf(slot)
    page.putWrite(slot, facts.storedAtMs, staleAtMs, this.tags.nextSequence())
    page.values[slot & 0x7fff] = value
    return true
  }

  /** Gives an entry other instants; it stays the same write. */
  retime(slot: number, { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs }: EntryTimes): void {
    const page = this.slots.pageOf(slot)
    // Instants alone: whoever hands over whole facts does not give it other tags.
    const facts = { ...this.entries.factsOf(slot), storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs }
    page.putWrite(slot, storedAtMs, staleAtMs, page.sequence(slot))
    this.putRest(slot, facts, page.tagSet(slot))
  }

  /** All keys this covers, written before now, are invalidated. */
  cover(cover: Cover): void {
    this.walks.begin(cover, this.tags.nextSequence(), this.removal)
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

  /** What {@link SlotLinks} keep for each key that is held, of any key. */
  hashOf(key: string): number {
    this.reading.read(key)
    return this.reading.hash
  }

  usage(): Usage {
    const usage = this.occupancy.usage()
    if (this.isWeighed) return usage
    return { ...usage, sizeBytes: surveyedBytes(this) + this.occupancy.sharedBytes }
  }

  private writeNew(
    key: string,
    facts: EntryFacts,
    value: unknown,
    maxBytes: number,
    nowMs: number,
  ): 'stored' | 'too-large' {
    const { reading, occupancy, hits } = this
    reading.read(key)
    const { hash, isWide } = reading
    const weighedBytes = this.weigh(key, isWide, value, maxBytes)
    const tagSet = facts.tags.length === 0 ? NO_TAGS : this.tagSets.hold(facts.tags)
    if (this.isTooLarge(weighedBytes, tagSet, maxBytes)) return 'too-large'
    const sizeBytes = this.isWeighed ? weighedBytes : NOT_WEIGHED
    this.removal.makeRoom(1, sizeBytes, NOBODY, nowMs)
    const slot = this.slots.take()
    const page = this.slots.pageOf(slot)
    page.keys[slot & 0x7fff] = key
    this.slots.links.setKeyHash(slot, hash)
    hits.start(slot, isWide, sizeBytes)
    page.putWrite(slot, facts.storedAtMs, facts.staleAtMs, this.tags.nextSequence())
    page.values[slot & 0x7fff] = value
    if (isBareFacts(facts)) hits.put(slot, true, facts.storedAtMs, facts.staleAtMs)
    else this.putRest(slot, facts, tagSet)
    occupancy.entryCount++
    occupancy.entryBytes += sizeBytes
    this.order.add(key, slot, hash)
    return 'stored'
  }

  private rewrite(
    slot: number,
    key: string,
    facts: EntryFacts,
    value: unknown,
    maxBytes: number,
    nowMs: number,
  ): 'stored' | 'too-large' {
    const weighedBytes = this.weigh(key, this.hits.hasWideKey(slot), value, maxBytes)
    this.hits.noteUse(slot)
    const tagSet = facts.tags.length === 0 ? NO_TAGS : this.tagSets.hold(facts.tags)
    if (this.isTooLarge(weighedBytes, tagSet, maxBytes)) {
      this.removal.remove(slot)
      return 'too-large'
    }
    const sizeBytes = this.isWeighed ? weighedBytes : NOT_WEIGHED
    const page = this.slots.pageOf(slot)
    const formerTagSet = page.tagSet(slot)
    const formerBytes = this.hits.sizeBytes(slot)
    page.putWrite(slot, facts.storedAtMs, facts.staleAtMs, this.tags.nextSequence())
    page.values[slot & 0x7fff] = value
    this.hits.setSizeBytes(slot, sizeBytes)
    this.putRest(slot, facts, tagSet)
    this.removal.letGo(formerTagSet)
    if (sizeBytes !== formerBytes) {
      this.occupancy.entryBytes += sizeBytes - formerBytes
      this.order.resized(slot, formerBytes)
    } else if (tagSet === formerTagSet) return 'stored'
    this.removal.makeRoom(0, 0, slot, nowMs)
    return 'stored'
  }

  /** Bytes of an entry without its tags, where somebody limits them. */
  private weigh(key: string, isWideKey: boolean, value: unknown, maxBytes: number): number {
    return this.isToWeigh(maxBytes) ? entryBytes(stringBytesOf(key, isWideKey), value, this.sizeOf) : NOT_WEIGHED
  }

  /** @param maxBytes the writer's own limit for this entry */
  private isToWeigh(maxBytes: number): boolean {
    return this.isWeighed || maxBytes !== Number.POSITIVE_INFINITY
  }

  /** What a bare entry has none of, and what a hit is to know of it. */
  private putRest(slot: number, facts: EntryFacts, tagSet: number): void {
    const { storedAtMs, staleAtMs, expireAtMs } = facts
    const guard = this.guards.guardOf(facts)
    const page = this.slots.pageOf(slot)
    page.putMarks(slot, tagSet, putRareFacts(page, slot, facts, guard))
    const isPlain = guard === undefined && tagSet === NO_TAGS
    // A tier's cap can end a life before it is stale.
    this.hits.put(slot, isBareFacts(facts), storedAtMs, isPlain ? Math.min(staleAtMs, expireAtMs) : 0)
  }

  /** Whether an entry is refused for its size with its tags; its tags are let go then. */
  private isTooLarge(sizeBytes: number, tagSet: number, maxBytes: number): boolean {
    const fullBytes = tagSet === NO_TAGS ? sizeBytes : sizeBytes + this.tagSets.bytesOf(tagSet)
    if (fullBytes > maxBytes || fullBytes > this.maxEntryBytes) {
      this.tagSets.drop(tagSet)
      return true
    }
    if (tagSet !== NO_TAGS) this.occupancy.sharedBytes = this.tagSets.heldBytes
    return false
  }
}
