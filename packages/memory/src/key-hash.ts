/**
 * One pass over a key's characters for what the engine wants to know of them: a 32-bit hash, seeded per cache, so that
 * nobody outside can choose keys whose ghosts meet (ghosts.ts), and whether they take one byte each or two. Two lanes, so
 * that the processor need not wait for one multiplication before it begins the next.
 */
import { isWide } from './size-of.ts'

/** Of a longer key the two ends of this many characters and the length are hashed: a bound on the work, not a secret. */
const END_LENGTH = 128

export class KeyReading {
  /** As a signed number: V8 keeps those of 32 bits without a box. */
  hash = 0
  /** Whether a character takes two bytes. */
  isWide = false
  private readonly seed: number

  constructor(seed: number) {
    this.seed = seed
  }

  /** Reads a key; the properties tell what was found until the next one is read. */
  read(key: string): void {
    const { length } = key
    const isLong = length > 2 * END_LENGTH
    let even = this.seed ^ length
    let odd = 0x811c9dc5 ^ this.seed
    let seen = 0
    let at = 0
    let to = isLong ? END_LENGTH : length
    for (;;) {
      for (; at + 3 < to; at += 4) {
        const first = key.charCodeAt(at)
        const second = key.charCodeAt(at + 1)
        const third = key.charCodeAt(at + 2)
        const fourth = key.charCodeAt(at + 3)
        even = Math.imul(even ^ (first | (second << 16)), 0x01000193)
        odd = Math.imul(odd ^ (third | (fourth << 16)), 0x85ebca6b)
        // Upper halves move down: a product tells them by its own upper half only.
        even ^= even >>> 15
        odd ^= odd >>> 15
        seen |= first | second | third | fourth
      }
      for (; at < to; at++) {
        const rest = key.charCodeAt(at)
        odd = Math.imul(odd ^ rest, 0x85ebca6b)
        seen |= rest
      }
      if (to === length) break
      at = length - END_LENGTH
      to = length
    }
    this.hash = mixed(even ^ Math.imul(odd, 0xc2b2ae35))
    this.isWide = isLong ? isWide(key) : seen > 0xff
  }
}

/** Spreads what differs in few bits over all of them (constants found by hash-prospector). */
function mixed(bits: number): number {
  let word = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad)
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
  return word ^ (word >>> 15)
}
