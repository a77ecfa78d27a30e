/**
 * The memory of keys that were evicted: not the keys, but 16 bits of their hash, when they left and from which queue, in
 * four bytes each. A table of buckets of four, newest first: a key's hash names its bucket, and the oldest ghost there makes
 * room.
 *
 * A ghost lives for one `span` of evictions. Time is kept in 15 bits of ticks, at most 4,096 to a span: before the ticks come
 * round, a bucket has been filled anew about five times, so that no ghost is left that could look young again.
 */

/** Ghosts in a bucket. */
const WAYS = 4
/** Ghosts per resident entry: hashing fills buckets unevenly, and a full one forgets early. */
const GHOSTS_PER_ENTRY = 1.5
const TICKS_PER_SPAN = 4_096
const NOT_FOUND = -1

export class Ghosts {
  private readonly ways: Uint32Array
  private readonly bucketCount: number
  private readonly evictionsPerTick: number
  private followedCount = 0
  private spanTicks = TICKS_PER_SPAN
  private tick = 0
  private evictionsLeft: number

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
    if (entryCount === this.followedCount) return
    this.followedCount = entryCount
    this.spanTicks = Math.max(1, Math.ceil(entryCount / this.evictionsPerTick))
  }

  add(hash: number, isFromMain: boolean): void {
    if (--this.evictionsLeft === 0) {
      this.evictionsLeft = this.evictionsPerTick
      this.tick = (this.tick + 1) & 0x7fff
    }
    const { ways } = this
    const first = this.bucketOf(hash)
    ways[first + 3] = ways[first + 2] ?? 0
    ways[first + 2] = ways[first + 1] ?? 0
    ways[first + 1] = ways[first] ?? 0
    ways[first] = (markOf(hash) << 16) | (this.tick << 1) | (isFromMain ? 1 : 0)
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

  /** The older ones of its bucket move up. */
  forget(way: number): void {
    const last = way | (WAYS - 1)
    for (let at = way; at < last; at++) this.ways[at] = this.ways[at + 1] ?? 0
    this.ways[last] = 0
  }

  private ticksSince(ghost: number): number {
    return (this.tick - (ghost >>> 1)) & 0x7fff
  }

  private bucketOf(hash: number): number {
    return Math.floor(((hash >>> 0) / 4_294_967_296) * this.bucketCount) * WAYS
  }
}

/** Never 0, which is an empty way. */
function markOf(hash: number): number {
  return hash & 0xffff || 1
}
