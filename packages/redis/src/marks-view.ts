/**
 * What this process knows of a partition's invalidations: those since some moment, complete. Every read brings the epoch along, so one
 * glance says whether the view is up to date; if it is not, one more trip fetches what is new. Between invalidations a hit
 * is one trip, whatever tags it has.
 */
import type { Epoch, Moment } from './epoch.ts'

/** Marks of tags kept here: what a full telling costs, and what a process pays in memory. */
export const MAX_KNOWN_TAGS = 10_000

export type Judgement = 'valid' | 'invalidated' | 'unknown'

/** Marks of tags or prefixes with the count of each. */
export type Marks = readonly (readonly [mark: string, count: number])[]

/** What the server tells of invalidations. Oldest first. */
export interface Told {
  readonly text: string
  readonly epoch: Epoch
  readonly tags: Marks
  readonly prefixes: Marks
}

export class MarksView {
  #epoch: Epoch
  #text: string
  /** Tags with a mark of a later count are all known. */
  #since: number
  readonly #tags = new Map<string, number>()
  /** In the order of their counts, as tags are. */
  readonly #prefixes = new Map<string, number>()
  /** How many prefixes are of each length: a key begins with at most one of them. */
  readonly #lengths = new Map<number, number>()

  /** @param since as of when the marks are complete, or later */
  constructor(told: Told, since: number) {
    this.#text = told.text
    this.#epoch = told.epoch
    this.#since = since
    this.advance(told)
  }

  /** The epoch as the server wrote it. */
  get text(): string {
    return this.#text
  }

  get epoch(): Epoch {
    return this.#epoch
  }

  /** How many prefixes are kept. */
  get prefixCount(): number {
    return this.#prefixes.size
  }

  /** Takes in what has come since. */
  advance({ text, epoch, tags, prefixes }: Told): void {
    this.#text = text
    this.#epoch = epoch
    for (const [tag, count] of tags) {
      // Put last: what was invalidated longest ago is forgotten first.
      this.#tags.delete(tag)
      this.#tags.set(tag, count)
    }
    for (const [prefix, count] of prefixes) {
      this.#drop(prefix)
      this.#prefixes.set(prefix, count)
      this.#lengths.set(prefix.length, (this.#lengths.get(prefix.length) ?? 0) + 1)
    }
    this.#shrink()
  }

  /** Notes marks that were asked for; 0 or less: there is none. What has come since they were told is later, and stays. */
  learn(tags: Marks): void {
    for (const [tag, count] of tags) this.#tags.set(tag, Math.max(count, this.#tags.get(tag) ?? count))
    this.#shrink()
  }

  /** Whether an entry that was true as of `moment` still is. */
  judge(key: string, tags: readonly string[], { incarnation, count }: Moment): Judgement {
    const { incarnation: current, count: latest, base, floor } = this.#epoch
    if (incarnation !== current || count < base) return 'invalidated'
    if (count >= latest) return 'valid'
    for (const length of this.#lengths.keys()) {
      if ((this.#prefixes.get(key.slice(0, length)) ?? -1) > count) return 'invalidated'
    }
    let judgement: Judgement = 'valid'
    for (const tag of tags) {
      const mark = this.#tags.get(tag)
      if (mark !== undefined ? mark > count || (mark < 0 && count < floor) : false) return 'invalidated'
      if (mark === undefined && count < this.#since) judgement = 'unknown'
    }
    return judgement
  }

  #drop(prefix: string): void {
    if (!this.#prefixes.delete(prefix)) return
    const left = (this.#lengths.get(prefix.length) ?? 0) - 1
    if (left > 0) this.#lengths.set(prefix.length, left)
    else this.#lengths.delete(prefix.length)
  }

  #shrink(): void {
    // Entries from before the base are dead whatever they begin with, and later ones are not covered by what came before it.
    for (const [prefix, count] of this.#prefixes) {
      if (count > this.#epoch.base) break
      this.#drop(prefix)
    }
    for (const [tag, count] of this.#tags) {
      if (this.#tags.size <= MAX_KNOWN_TAGS) return
      this.#tags.delete(tag)
      this.#since = Math.max(this.#since, count)
    }
  }
}
