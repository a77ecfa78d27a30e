/**
 * How recently entries were used. The order is in the files' own times: the modification time is the rank (last written or used),
 * the access time says when the entry expires, so that eviction and sweeps find their entries without opening any.
 *
 * A read changes nothing on the disk; uses are noted here and written down many at a time. Ranks come from the machine's clock
 * in fractions of a millisecond and never go back within a process; they order entries and decide nothing else.
 */
import type { Stats } from 'node:fs'

/** Uses noted and not yet written down, half of them at least the latest; past it the other half is forgotten, which costs accuracy only. */
const MAX_NOTED = 16_384
/** Seconds; beyond, some filesystems begin again in 1901. */
const LAST_SECOND = 0x7fff_ffff
const RANK_STEP_MS = 0.001
/** What the number of an instant is not exact to, several times over. */
const COARSE_MS = 0.001

/** Read once: it is a call each time. */
const { timeOrigin } = performance

let lastRankMs = 0

/** Later than all before in this process, and no whole tenth of a millisecond: see {@link isFineInstant}. */
export function nextRankMs(): number {
  lastRankMs = Math.max(lastRankMs + RANK_STEP_MS, timeOrigin + performance.now())
  if (fromTenthMs(lastRankMs) < 2 * COARSE_MS) lastRankMs += 4 * COARSE_MS
  return lastRankMs
}

/** Whether the file system keeps more places of instants than tenths of a millisecond: where it does not, two writes may have the same. */
export function isFineInstant(atMs: number): boolean {
  return fromTenthMs(atMs) > COARSE_MS
}

function fromTenthMs(atMs: number): number {
  const tenths = atMs * 10
  return Math.abs(tenths - Math.round(tenths)) / 10
}

/** The instant as seconds for a file's times. */
export function fileSeconds(atMs: number): number {
  return Math.min(LAST_SECOND, Math.max(0, atMs / 1_000))
}

/**
 * Whether the file's times were given to it. A write in its place that was cut short has left those of what was there before, with the
 * system's own instant for the last change of both kinds, to less than a second.
 */
export function areTimesGiven({ mtimeMs, ctimeMs }: Pick<Stats, 'mtimeMs' | 'ctimeMs'>): boolean {
  return mtimeMs !== ctimeMs || mtimeMs % 1_000 === 0
}

/** Whether an entry's file says that it has expired. */
export function isExpiredFile(found: Stats, nowMs: number): boolean {
  return found.atimeMs <= nowMs && areTimesGiven(found)
}

/** Whether it says that it has not. */
export function isLiveFile(found: Stats, nowMs: number): boolean {
  return found.atimeMs > nowMs && areTimesGiven(found)
}

export class Recency {
  readonly #isKept: boolean
  /** Ranks by path; an entry is in one of the two. */
  #latest = new Map<string, number>()
  #earlier = new Map<string, number>()

  /** @param isKept whether the eviction policy looks at uses. */
  constructor(isKept: boolean) {
    this.#isKept = isKept
  }

  get size(): number {
    return this.#latest.size + this.#earlier.size
  }

  note(path: string): void {
    if (!this.#isKept) return
    if (this.#latest.size >= MAX_NOTED / 2 && !this.#latest.has(path)) {
      this.#earlier = this.#latest
      this.#latest = new Map()
    }
    this.#earlier.delete(path)
    this.#latest.set(path, nextRankMs())
  }

  /** When it was last used as far as that is not written down. */
  rankMs(path: string): number | undefined {
    return this.#latest.get(path) ?? this.#earlier.get(path)
  }

  forget(path: string): void {
    if (!this.#latest.delete(path)) this.#earlier.delete(path)
  }

  /** Takes out up to so many notes. */
  *taken(limit: number): Generator<readonly [path: string, rankMs: number]> {
    let count = 0
    for (const notes of [this.#earlier, this.#latest]) {
      for (const note of notes) {
        if (count++ === limit) return
        notes.delete(note[0])
        yield note
      }
    }
  }
}
