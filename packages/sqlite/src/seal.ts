/**
 * What core's checksum leaves out, mixed into it on the way to the file and out of it on the way back: the instants, and
 * the counters that say whether the entry is still valid. A flipped bit in any of them then shows as an entry that is
 * not intact, like one in the value.
 */

interface Sealed {
  readonly storedAtMs: number
  readonly staleAtMs: number
  readonly errorOnlyAtMs: number
  readonly expireAtMs: number
  readonly slidingMs: number | null
  readonly tagEpoch: number
  readonly written: number
}

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** The checksum with these facts mixed in; of such a one, the checksum as it was. NaN, which equals none, for facts of no use. */
export function sealed(checksum: number, facts: Sealed): number {
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, tagEpoch, written } = facts
  const slidingMs = facts.slidingMs ?? 0
  const areCounted =
    isCounted(storedAtMs) &&
    isCounted(staleAtMs) &&
    isCounted(errorOnlyAtMs) &&
    isCounted(expireAtMs) &&
    isCounted(slidingMs) &&
    isCounted(tagEpoch) &&
    isCounted(written)
  if (!areCounted) return Number.NaN
  // One by one, and no list of them: every get and set passes through here.
  let mixed = mixedWith(FNV_OFFSET, storedAtMs)
  mixed = mixedWith(mixed, staleAtMs)
  mixed = mixedWith(mixed, errorOnlyAtMs)
  mixed = mixedWith(mixed, expireAtMs)
  mixed = mixedWith(mixed, slidingMs)
  mixed = mixedWith(mixed, tagEpoch)
  mixed = mixedWith(mixed, written)
  return (checksum ^ mixed) >>> 0
}

/** What is no number of ours is sealed by nothing: it would count as its remainder. */
function isCounted(fact: number): boolean {
  return Math.abs(fact) <= Number.MAX_SAFE_INTEGER
}

/** Both halves of the number; each step is a bijection, so that no single change gets lost. */
function mixedWith(mixed: number, fact: number): number {
  return Math.imul(Math.imul(mixed ^ Math.floor(fact / 0x1_0000_0000), FNV_PRIME) ^ fact, FNV_PRIME)
}
