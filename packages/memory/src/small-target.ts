/**
 * How much of the cache newcomers get, moved by the ghosts: a key that comes back soon after it left the small queue says
 * that the queue was too short, one that comes back after it left the main queue says the opposite (as ARC's p does).
 *
 * Each eviction from either queue is counted, for the same return means more where fewer leave. A key that was away for
 * longer than any small queue could have bridged is a loop and moves nothing.
 */
import type { Occupancy } from './occupancy.ts'

const FIRST_SHARE = 0.1
const LEAST_SHARE = 0.01
const MOST_SHARE = 0.9
/** The counts of evictions are halved after so many per entry: what left long ago tells little of now. */
const REMEMBERED_PER_ENTRY = 2
const LEAST_REMEMBERED = 16

export class SmallTarget {
  /** Entries, or bytes where the cache is limited by bytes. */
  weight: number
  private readonly occupancy: Occupancy
  private readonly least: number
  private readonly most: number
  private leftSmall = 0
  private leftMain = 0

  constructor(occupancy: Occupancy) {
    const { isByBytes, mostWeight } = occupancy
    const atLeast = isByBytes ? 0 : 1
    this.occupancy = occupancy
    this.least = Math.max(atLeast, mostWeight * LEAST_SHARE)
    this.most = Math.max(atLeast, mostWeight * MOST_SHARE)
    this.weight = Math.max(atLeast, mostWeight * FIRST_SHARE)
  }

  noteEviction(isFromMain: boolean): void {
    if (isFromMain) this.leftMain++
    else this.leftSmall++
    const remembered = this.occupancy.entryCount * REMEMBERED_PER_ENTRY + LEAST_REMEMBERED
    if (this.leftSmall + this.leftMain <= remembered) return
    this.leftSmall >>= 1
    this.leftMain >>= 1
  }

  /** A key of this weight is back that left the main queue. */
  narrow(weight: number): void {
    const step = weight * Math.max(1, this.leftSmall / (this.leftMain + 1))
    this.weight = Math.max(this.least, this.weight - step)
  }

  /** A key of this weight is back that left the small queue so many evictions ago. */
  widen(weight: number, evictionCount: number): void {
    if (this.weight + this.smallNeededFor(evictionCount) > this.most) return
    const step = weight * Math.max(1, this.leftMain / (this.leftSmall + 1))
    this.weight = Math.min(this.most, this.weight + step)
  }

  /** How much longer the small queue would have had to be to keep a key over so many evictions. */
  private smallNeededFor(evictionCount: number): number {
    const { entryCount, entryBytes, isByBytes } = this.occupancy
    const meanWeight = isByBytes ? entryBytes / Math.max(1, entryCount) : 1
    return (evictionCount * meanWeight * (this.leftSmall + 1)) / (this.leftSmall + this.leftMain + 1)
  }
}
