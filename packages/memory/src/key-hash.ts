/**
 * A 32-bit hash of a key, seeded per cache: nobody outside can choose keys whose ghosts meet. Two lanes, so that the
 * processor need not wait for one multiplication before it begins the next.
 */

/** Of a longer key the two ends of this many characters and the length are hashed: a bound on the work, not a secret. */
const END_LENGTH = 128

export function hashOf(key: string, seed: number): number {
  const { length } = key
  let even = seed ^ length
  let odd = 0x811c9dc5 ^ seed
  const firstLength = length > 2 * END_LENGTH ? END_LENGTH : length
  let at = 0
  for (; at + 1 < firstLength; at += 2) {
    even = Math.imul(even ^ key.charCodeAt(at), 0x01000193)
    odd = Math.imul(odd ^ key.charCodeAt(at + 1), 0x85ebca6b)
  }
  if (at < firstLength) even = Math.imul(even ^ key.charCodeAt(at), 0x01000193)
  for (at = Math.max(firstLength, length - END_LENGTH); at < length; at++) {
    odd = Math.imul(odd ^ key.charCodeAt(at), 0x85ebca6b)
  }
  return mixed(even ^ Math.imul(odd, 0xc2b2ae35))
}

/** Spreads what differs in few bits over all of them (constants found by hash-prospector). */
function mixed(bits: number): number {
  let word = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad)
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
  return (word ^ (word >>> 15)) >>> 0
}
