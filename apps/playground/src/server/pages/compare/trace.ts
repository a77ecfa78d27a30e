/** Which keys are asked for, in which order: a Zipf distribution, seeded, so that all who take part get the same calls. */

/** The exponent of the Yahoo Cloud Serving Benchmark. */
const ZIPF_EXPONENT = 0.99
/** One call in so many changes what the source says of the key, and invalidates it. */
const CALLS_PER_CHANGE = 100

export interface Trace {
  /** Number of the key each call is about. */
  readonly keys: Uint32Array
  /** 1 where the call is a change. */
  readonly changes: Uint8Array
}

export function traceOf(callCount: number, keyCount: number, seed: number): Trace {
  const random = randomFrom(seed)
  const shares = cumulativeShares(keyCount)
  // The most popular keys must not be the ones of one panel.
  const ranked = shuffled(keyCount, random)
  const keys = new Uint32Array(callCount)
  const changes = new Uint8Array(callCount)
  for (let call = 0; call < callCount; call++) {
    keys[call] = ranked[rankAt(shares, random())] ?? 0
    changes[call] = random() < 1 / CALLS_PER_CHANGE ? 1 : 0
  }
  return { keys, changes }
}

function cumulativeShares(count: number): Float64Array {
  const shares = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    sum += (rank + 1) ** -ZIPF_EXPONENT
    shares[rank] = sum
  }
  return shares.map((share) => share / sum)
}

/** The first rank whose share reaches `draw`. */
function rankAt(shares: Float64Array, draw: number): number {
  let low = 0
  let high = shares.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((shares[middle] ?? 1) < draw) low = middle + 1
    else high = middle
  }
  return low
}

function shuffled(count: number, random: () => number): readonly number[] {
  const order = Array.from({ length: count }, (_, at) => at)
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const swapped = order[at] ?? 0
    order[at] = order[other] ?? 0
    order[other] = swapped
  }
  return order
}

/** Numbers in [0, 1) by mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
