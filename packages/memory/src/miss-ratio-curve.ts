/**
 * What share of its lookups this cache would answer at other sizes, measured while it runs.
 *
 * **How.** Beside the cache run small models of it, one for each size asked about: the same engine, the same policy, no
 * values. They see only the keys whose hash falls below a threshold, and hold that share of the size they stand for. Since
 * a hash picks keys and not lookups, each picked key brings all of its history with it, and a model of a few thousand
 * entries behaves like a cache of millions. Whenever the model of the cache's own size holds more than `SAMPLE_ENTRIES`,
 * the threshold is halved, and the models with it: memory and work stay the same however large the cache is.
 *
 * **Error.** The share of lookups that fall to the picked keys is a matter of luck: one hot key in or out moves every model
 * alike. How far is known at one size, the cache's own, where the truth is at hand; all sizes are corrected by that.
 *
 * Sources: C. Waldspurger et al., "Cache Modeling and Optimization using Miniature Simulations", USENIX ATC 2017, and
 * "Efficient MRC Construction with SHARDS", FAST 2015 (sampling by hash, the bounded sample, the correction).
 */
import type { InvalidationTarget, MissRatioPoint } from '@stowage/core'
import { CacheModel, type ModelledEntry } from './cache-model.ts'
import { bytesBesideValue } from './entry-size.ts'
import type { EntryStore } from './entry-store.ts'
import type { MemoryPlan } from './options.ts'

/** Sizes asked about, as multiples of the cache's own. */
const SCALES = [0.25, 0.5, 1, 2, 4, 8] as const
const OWN = SCALES.indexOf(1)
/** The model of the cache's own size holds so many entries at most; all together hold sixteen times as many. */
const SAMPLE_ENTRIES = 1_024
const ALL_HASHES = 2 ** 32
/** After so many picked lookups what was counted weighs half: the curve is of lately, not of last year. */
const LOOKUPS_TO_HALVE = 2 ** 22

export class MissRatioCurve {
  private readonly plan: MemoryPlan
  /** The cache itself. Keys are picked by the hash that it keeps of each: a hit reads no key again. */
  private readonly store: EntryStore
  private threshold = ALL_HASHES
  private models: CacheModel[] = []
  /** Of picked keys. */
  private lookups = 0
  private ownLookups = 0
  private ownHits = 0

  constructor(plan: MemoryPlan, store: EntryStore) {
    this.plan = plan
    this.store = store
    while (this.shareOf(plan.maxEntries ?? 0) > SAMPLE_ENTRIES) this.threshold /= 2
    this.models = this.newModels()
  }

  /** Of all models together. */
  get entryCount(): number {
    return this.models.reduce((count, model) => count + model.entryCount, 0)
  }

  /** A lookup of the cache itself that found an entry. Every one passes through here: nothing is made for one that is not picked. */
  hit(slot: number, nowMs: number): void {
    this.ownLookups++
    this.ownHits++
    if (this.isPicked(this.store.slots.links.keyHash(slot))) {
      this.lookup(this.store.entries.keyOf(slot), this.entryAt(slot), nowMs)
    }
  }

  miss(key: string, nowMs: number): void {
    this.ownLookups++
    if (this.isPicked(this.store.hashOf(key))) this.lookup(key, undefined, nowMs)
  }

  /** A write. @param wasHeld whether it took the place of an entry; otherwise larger models have had it all the time. */
  write(slot: number, wasHeld: boolean, nowMs: number): void {
    if (!this.isPicked(this.store.slots.links.keyHash(slot))) return
    const key = this.store.entries.keyOf(slot)
    const entry = this.entryAt(slot)
    for (const model of this.models) model.write(key, entry, wasHeld, nowMs)
    if ((this.models[OWN]?.entryCount ?? 0) > SAMPLE_ENTRIES) this.halveSample(nowMs)
  }

  delete(key: string): void {
    if (this.isPicked(this.store.hashOf(key))) for (const model of this.models) model.delete(key)
  }

  invalidate(target: InvalidationTarget): void {
    for (const model of this.models) model.invalidate(target)
  }

  /** Empty until there have been lookups. */
  points(): MissRatioPoint[] {
    if (this.lookups === 0) return []
    const ratios = this.models.map(({ hits }) => hits / this.lookups)
    const error = (ratios[OWN] ?? 0) - this.ownHits / this.ownLookups
    return SCALES.map((scale, at) => ({
      scale,
      maxEntries: scaled(this.plan.maxEntries, scale),
      maxBytes: scaled(this.plan.maxBytes, scale),
      hitRatio: Math.min(1, Math.max(0, (ratios[at] ?? 0) - error)),
    }))
  }

  private isPicked(keyHash: number): boolean {
    return keyHash >>> 0 < this.threshold
  }

  /** Of a picked key. */
  private lookup(key: string, held: ModelledEntry | undefined, nowMs: number): void {
    this.lookups++
    for (const model of this.models) model.lookup(key, held, nowMs)
    if (this.lookups >= LOOKUPS_TO_HALVE) this.halveCounts()
  }

  private entryAt(slot: number): ModelledEntry {
    const { entries } = this.store
    return {
      facts: entries.factsOf(slot),
      valueBytes: entries.ownBytesOf(slot) - bytesBesideValue(entries.keyOf(slot)),
    }
  }

  private shareOf(count: number): number {
    return (count * this.threshold) / ALL_HASHES
  }

  private newModels(): CacheModel[] {
    const { plan } = this
    return SCALES.map((scale) => {
      const maxEntries =
        plan.maxEntries === undefined ? undefined : Math.max(1, Math.round(this.shareOf(plan.maxEntries * scale)))
      const maxBytes = plan.maxBytes === undefined ? undefined : Math.max(1, this.shareOf(plan.maxBytes * scale))
      return new CacheModel({
        ...plan,
        maxEntries,
        maxBytes,
        maxEntryBytes: Math.min(plan.maxEntryBytes, maxBytes ?? Number.POSITIVE_INFINITY),
      })
    })
  }

  private halveSample(nowMs: number): void {
    this.threshold /= 2
    const former = this.models
    this.models = this.newModels()
    for (const [at, model] of this.models.entries()) {
      former[at]?.handOver(model, (key) => this.isPicked(this.store.hashOf(key)), nowMs)
    }
    this.lookups = this.lookups / 2
  }

  private halveCounts(): void {
    this.lookups /= 2
    this.ownLookups /= 2
    this.ownHits /= 2
    for (const model of this.models) model.hits /= 2
  }
}

/** As the models are: no cache is smaller than one. */
function scaled(limit: number | undefined, scale: number): number | undefined {
  return limit === undefined ? undefined : Math.max(1, Math.round(limit * scale))
}
