/**
 * Which keys are asked for: a Zipf distribution over all of them, seeded, so that every contender gets the same calls.
 * Keys are ready-made texts; a key built per call would cost every contender the same.
 */

import { zipf } from './zipf.ts'

/** The exponent of the Yahoo Cloud Serving Benchmark. */
const ZIPF_EXPONENT = 0.99
const DRAW_COUNT = 2 ** 18

export interface DrawPlan {
  /** A power of two. They are asked for over and over: where some are to be missed, more different ones must be drawn than fit. */
  readonly drawCount?: number
  /** Of Zipf's law: the smaller, the less the popular keys stand out. */
  readonly exponent?: number
}
const SEED = 0x5105a6e

/**
 * Flat texts: what a template makes is a rope, which whoever reads its characters makes flat, so that what one contender holds would no
 * longer be the object that is asked for, and each of its hits a comparison of characters.
 */
export function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_, number) =>
    Buffer.from(`user:${number}:profile`, 'latin1').toString('latin1'),
  )
}

/** Keys in the order they are asked for. */
export function drawsFrom(
  keys: readonly string[],
  { drawCount = DRAW_COUNT, exponent = ZIPF_EXPONENT }: DrawPlan = {},
): readonly string[] {
  const random = randomFrom(SEED)
  const rank = zipf(keys.length, exponent, random)
  // The most popular keys must not be the ones stored first.
  const ranked = shuffled(keys, random)
  return Array.from({ length: drawCount }, () => ranked[rank()] ?? ranked[0] ?? '')
}

function shuffled(keys: readonly string[], random: () => number): string[] {
  const order = [...keys]
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const swapped = order[at] ?? ''
    order[at] = order[other] ?? ''
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
