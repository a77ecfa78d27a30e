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
export function sealed(
  checksum: number,
  { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, slidingMs, tagEpoch, written }: Sealed,
): number {
  let mixed = FNV_OFFSET
  // What is no number of ours is sealed by nothing: below, it would count as its remainder.
  const facts = [storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, slidingMs ?? 0, tagEpoch, written]
  if (facts.some((fact) => !(Math.abs(fact) <= Number.MAX_SAFE_INTEGER))) return Number.NaN
  for (const fact of facts) {
    // Both halves of the number; each step is a bijection, so that no single change gets lost.
    mixed = Math.imul(mixed ^ Math.floor(fact / 0x1_0000_0000), FNV_PRIME)
    mixed = Math.imul(mixed ^ fact, FNV_PRIME)
  }
  return (checksum ^ mixed) >>> 0
}
