/** Ranks by Zipf's law: how popular the first, the second and so on of many keys are. */

/** @returns draws a rank from 0, by a number in [0, 1). */
export function zipf(keyCount: number, exponent: number, random: () => number): () => number {
  const sums = new Float64Array(keyCount)
  let sum = 0
  for (let rank = 0; rank < keyCount; rank++) {
    sum += (rank + 1) ** -exponent
    sums[rank] = sum
  }
  return () => rankAt(sums, random() * sum)
}

/** The first rank whose sum reaches `draw`. */
function rankAt(sums: Float64Array, draw: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] ?? Number.POSITIVE_INFINITY) < draw) low = middle + 1
    else high = middle
  }
  return low
}
