/**
 * The epoch: how many invalidations there have been, as a partition's epoch key says it (docs/decisions/0015-redis.md).
 * `<incarnation> <count> <base> <floor>`: the incarnation is drawn anew whenever the bookkeeping was found lost, and what was
 * stored under another is not trusted.
 */
export const INCARNATION_BYTES = 8

/** As of when something was true. */
export interface Moment {
  readonly incarnation: string
  readonly count: number
}

export interface Epoch extends Moment {
  /** Entries of an earlier count are invalidated, whatever they are. */
  readonly base: number
  /** Entries of an earlier count are not trusted with a tag that has no mark. */
  readonly floor: number
}

/** Undefined: there is no bookkeeping, or what is there is none. The scripts take the same for one (scripts/epoch.ts). */
export function parseEpoch(text: string): Epoch | undefined {
  const [, incarnation, count, base, floor] = /^([\w-]{8}) (\d+) (\d+) (\d+)$/.exec(text) ?? []
  if (incarnation === undefined) return undefined
  return { incarnation, count: Number(count), base: Number(base), floor: Number(floor) }
}
