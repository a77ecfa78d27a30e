/**
 * Sequences of keys as caches see them, made from a seed: skewed, skewed with scans across, looping after a change of phase,
 * drifting, and young (a key is wanted a few times soon after it appeared and never again).
 */

/** Keys are numbers from 0. */
export type Trace = readonly number[]

const REQUEST_COUNT = 60_000

export const traces: Readonly<Record<string, Trace>> = {
  skewed: skewed(1, 20_000),
  'skewed with scans': withScans(skewed(2, 20_000)),
  'loop after another phase': [
    ...skewed(3, 6_000),
    ...looping(1_500),
    ...skewed(4, 6_000, 50_000),
    ...looping(1_500, 90_000),
  ],
  drifting: drifting(5),
  young: young(6, 600),
}

/** Mulberry32: as good as needed, and the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Ranks by Zipf's law with the exponent 0.9, which is that of much web traffic, over so many keys. */
function zipfOver(keyCount: number, random: () => number): () => number {
  const top = keyCount ** 0.1
  return () => Math.min(keyCount - 1, Math.floor((random() * (top - 1) + 1) ** 10 - 1))
}

function skewed(seed: number, keyCount: number, firstKey = 0): Trace {
  const rank = zipfOver(keyCount, randomFrom(seed))
  return Array.from({ length: REQUEST_COUNT }, () => firstKey + rank())
}

function withScans(trace: Trace): Trace {
  let scanned = 1_000_000
  return trace.flatMap((key, at) =>
    at % 6_000 === 0 ? [key, ...Array.from({ length: 1_500 }, () => scanned++)] : [key],
  )
}

function looping(keyCount: number, firstKey = 80_000): Trace {
  return Array.from({ length: REQUEST_COUNT }, (_, at) => firstKey + (at % keyCount))
}

/** What is popular moves on by one key every few requests. */
function drifting(seed: number): Trace {
  const rank = zipfOver(4_000, randomFrom(seed))
  return Array.from({ length: REQUEST_COUNT }, (_, at) => rank() + Math.floor(at / 4))
}

/** A third of the requests are for new keys, the others for one of the latest so many. */
function young(seed: number, reach: number): Trace {
  const random = randomFrom(seed)
  let newest = reach
  return Array.from({ length: REQUEST_COUNT }, () =>
    random() < 1 / 3 ? ++newest : newest - Math.floor(random() * reach),
  )
}
