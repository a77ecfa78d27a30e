/**
 * Invalidations by prefix and by pattern that are in force at a time, so that any number of them costs a look at a key about
 * as much as one does: they are found by the beginning of the key, among those whose beginnings are as long. Patterns have one
 * too, up to their first wildcard.
 */
import { type InvalidationTarget, keyCoverOf } from '@stowage/core'

/** An invalidation of all keys that begin so and, where that is not all, are covered. */
export interface Cover {
  readonly prefix: string
  /** Undefined: all that begin so. */
  readonly covers: ((key: string) => boolean) | undefined
  /** What `covers` goes by: of two with the same, the later covers all that the earlier does. */
  readonly pattern: string | undefined
}

interface PlacedCover extends Cover {
  /** Writes before this place are covered. */
  readonly sequence: number
}

/** Those of one length of beginning. */
interface LengthGroup {
  readonly length: number
  readonly byPrefix: Map<string, PlacedCover[]>
  /** The most that one key may have to be compared with. */
  longest: number
}

/**
 * What a look at a key may cost, in comparisons, and how many covers are kept. Where there would be more, everything is taken
 * for covered, which a cache may do: it loses entries, and never serves what was invalidated.
 */
const MAX_WEIGHT = 1_000
const MAX_COVERS = 100_000

export function rangeCover(target: Extract<InvalidationTarget, { prefix: string } | { pattern: string }>): Cover {
  const { prefix, covers } = keyCoverOf(target)
  // Where a key's beginning has been found, a prefix leaves nothing to compare.
  if ('prefix' in target) return { prefix, covers: undefined, pattern: undefined }
  return { prefix, covers, pattern: JSON.stringify([target.root, target.pattern]) }
}

export class CoverSet {
  private groups: LengthGroup[] = []
  private count = 0
  private comparisons = 0

  get isEmpty(): boolean {
    return this.count === 0
  }

  /** Comparisons that a look at a key takes at most. */
  get weight(): number {
    return this.comparisons
  }

  add(cover: Cover, sequence: number): void {
    if (this.count === MAX_COVERS || this.comparisons === MAX_WEIGHT) {
      this.groups = []
      this.count = this.comparisons = 0
      this.place({ prefix: '', covers: undefined, pattern: undefined, sequence })
    } else this.place({ ...cover, sequence })
  }

  isCovered(key: string, sequence: number): boolean {
    for (const { length, byPrefix } of this.groups) {
      const placed = byPrefix.get(length === 0 ? '' : key.slice(0, length))
      if (placed === undefined) continue
      for (const each of placed) if (sequence < each.sequence && each.covers?.(key) !== false) return true
    }
    return false
  }

  private place(cover: PlacedCover): void {
    const group = this.groupOf(cover.prefix.length)
    const placed = group.byPrefix.get(cover.prefix) ?? []
    // One that covers all of the beginning takes the place of what came before it, as does a pattern that comes again.
    const others = cover.covers === undefined ? [] : placed.filter(({ pattern }) => pattern !== cover.pattern)
    const left = [...others, cover]
    group.byPrefix.set(cover.prefix, left)
    this.count += left.length - placed.length
    if (left.length <= group.longest) return
    this.comparisons += left.length - group.longest
    group.longest = left.length
  }

  private groupOf(length: number): LengthGroup {
    const known = this.groups.find((group) => group.length === length)
    if (known !== undefined) return known
    const group = { length, byPrefix: new Map<string, PlacedCover[]>(), longest: 0 }
    this.groups.push(group)
    return group
  }
}
