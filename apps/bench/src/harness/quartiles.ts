/** Median and quartiles, by linear interpolation between neighbours (type 7 of Hyndman and Fan, 1996). */

export interface Quartiles {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** @throws RangeError for an empty list. */
export function quartilesOf(figures: readonly number[]): Quartiles {
  if (figures.length === 0) throw new RangeError('no figures')
  const sorted = figures.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) }
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}
