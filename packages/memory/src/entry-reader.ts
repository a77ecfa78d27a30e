/** What is held in a slot, part by part, and whether it may be served. */
import type { EntryFacts } from '@stowage/core'
import type { CoverWalks } from './cover-walks.ts'
import { NO_GUARD } from './entry-guard.ts'
import { surelyBytes } from './entry-size.ts'
import { expireAtMsOf, guardOf, timesOf } from './slot-facts.ts'
import { IS_GUARDED, type SlotPage } from './slot-page.ts'
import type { SlotTable } from './slot-table.ts'
import { NO_TAGS, type TagSets } from './tag-sets.ts'

export class EntryReader {
  private readonly slots: SlotTable
  private readonly tagSets: TagSets
  private readonly walks: CoverWalks
  private readonly isWeighed: boolean

  constructor(slots: SlotTable, tagSets: TagSets, walks: CoverWalks, isWeighed: boolean) {
    this.isWeighed = isWeighed
    this.slots = slots
    this.tagSets = tagSets
    this.walks = walks
  }

  /** Why an entry may not be served, or undefined. */
  missOf(slot: number, nowMs: number): 'expired' | 'invalidated' | undefined {
    if (this.slots.hits.isPlainAt(slot, nowMs)) return undefined
    const page = this.slots.pageOf(slot)
    if (!this.isValid(page, slot)) return 'invalidated'
    return nowMs < expireAtMsOf(page, slot) ? undefined : 'expired'
  }

  /** The value of an entry that is fresh, unguarded and valid; asked where a glance could not tell. */
  valueIfFresh(slot: number, nowMs: number): unknown {
    if (nowMs < this.slots.hits.trustedFromMs) return undefined
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
    const { hits } = this.slots
    return this.isWeighed ? hits.sizeBytes(slot) : surelyBytes(this.keyOf(slot), this.valueOf(slot))
  }

  /** Of the entry with its tags, as if no other shared them. */
  fullBytesOf(slot: number): number {
    return this.ownBytesOf(slot) + this.tagSets.bytesOf(this.slots.pageOf(slot).tagSet(slot))
  }

  /** What tells one write from every other, of any key at any time; 0 where nothing is. */
  sequenceOf(slot: number): number {
    return this.slots.pageOf(slot).sequence(slot)
  }

  private isValid(page: SlotPage, slot: number): boolean {
    const sequence = page.sequence(slot)
    if (!this.walks.isIdle && this.walks.isCovered(page.key(slot), sequence)) return false
    const tagSet = page.tagSet(slot)
    return tagSet === NO_TAGS || this.tagSets.isValid(tagSet, sequence)
  }
}
