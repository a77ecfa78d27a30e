/**
 * The memory of keys that were evicted: not the keys, but 16 bits of their hash, when they left and from which queue, in
 * four bytes each. A table of buckets of four: a key's hash names its bucket, and the oldest ghost there makes room.
 *
 * A ghost lives for one `span` of evictions. Time is kept in 15 bits of ticks, a few thousand to a span; one bucket is
 * cleaned at each addition, so that every ghost is looked at long before its tick comes round again.
 */

const WAYS = 4
/** Ghosts per resident entry: hashing fills buckets unevenly, and a full one forgets early. */
const GHOSTS_PER_ENTRY = 1.5
const TICKS_PER_SPAN = 4_096
const NOT_FOUND = -1

export class Ghosts {
  private readonly ways: Uint32Array
  private readonly bucketCount: number
  private readonly evictionsPerTick: number
  private spanTicks = TICKS_PER_SPAN
  private tick = 0
  private evictionsLeft: number
  private cleaned = 0

  /** @param entryCount entries that the cache holds now that it is full. */
  constructor(entryCount: number) {
    this.bucketCount = Math.ceil((entryCount * GHOSTS_PER_ENTRY) / WAYS)
    this.ways = new Uint32Array(this.bucketCount * WAYS)
    this.evictionsPerTick = Math.max(1, Math.ceil(entryCount / TICKS_PER_SPAN))
    this.evictionsLeft = this.evictionsPerTick
    this.follow(entryCount)
  }

  /** Ghosts live for as many evictions as there are entries. */
  follow(entryCount: number): void {
    this.spanTicks = Math.max(1, Math.ceil(entryCount / this.evictionsPerTick))
  }

  add(hash: number, isFromMain: boolean): void {
    if (--this.evictionsLeft === 0) {
      this.evictionsLeft = this.evictionsPerTick
      this.tick = (this.tick + 1) & 0x7fff
    }
    this.cleanOne()
    const { ways } = this
    const mark = markOf(hash)
    const first = this.bucketOf(hash)
    let chosen = first
    let chosenAge = -1
    for (let way = first; way < first + 4; way++) {
      const ghost = ways[way] ?? 0
      // The same mark again is the same key, or as good as.
      const age = ghost === 0 || ghost >>> 16 === mark ? 0x8000 : this.ticksSince(ghost)
      if (age <= chosenAge) continue
      chosen = way
      chosenAge = age
    }
    ways[chosen] = (mark << 16) | (this.tick << 1) | (isFromMain ? 1 : 0)
  }

  /** Where the ghost of a key is; negative when there is none. */
  find(hash: number): number {
    const mark = markOf(hash)
    const first = this.bucketOf(hash)
    for (let way = first; way < first + 4; way++) {
      const ghost = this.ways[way] ?? 0
      if (ghost >>> 16 === mark && this.ticksSince(ghost) <= this.spanTicks) return way
    }
    return NOT_FOUND
  }

  isFromMain(way: number): boolean {
    return ((this.ways[way] ?? 0) & 1) === 1
  }

  /** Evictions since the key left. */
  ageOf(way: number): number {
    return this.ticksSince(this.ways[way] ?? 0) * this.evictionsPerTick
  }

  forget(way: number): void {
    this.ways[way] = 0
  }

  private ticksSince(ghost: number): number {
    return (this.tick - (ghost >>> 1)) & 0x7fff
  }

  private bucketOf(hash: number): number {
    return Math.floor((hash / 2 ** 32) * this.bucketCount) * WAYS
  }

  private cleanOne(): void {
    const first = this.cleaned * WAYS
    for (let way = first; way < first + 4; way++) {
      const ghost = this.ways[way] ?? 0
      if (ghost !== 0 && this.ticksSince(ghost) > this.spanTicks) this.ways[way] = 0
    }
    this.cleaned = this.cleaned + 1 < this.bucketCount ? this.cleaned + 1 : 0
  }
}

/** Never 0, which is an empty way. */
function markOf(hash: number): number {
  return hash & 0xffff || 1
}
