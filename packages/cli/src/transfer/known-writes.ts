/**
 * Which writes of which keys are in an export already, so that one that goes on leaves them out: in whatever order the store
 * lists them. Of each a digest of 64 bits is kept, in 16 to 32 bytes, so that a million take little; that two of a million writes share one
 * is as likely as three in a hundred million.
 */
import { hash } from 'node:crypto'

const FIRST_SLOT_COUNT = 65_536

export class KnownWrites {
  /** Pairs; 0, 0 is a free slot. A pair lies at its first number, or at the next free slot. */
  #slots = new Uint32Array(2 * FIRST_SLOT_COUNT)
  #count = 0

  get count(): number {
    return this.#count
  }

  add(key: string, storedAtMs: number): void {
    const [high, low] = digestOf(key, storedAtMs)
    if (this.#place(high, low)) this.#count++
    if (4 * this.#count > this.#slots.length) this.#grow()
  }

  has(key: string, storedAtMs: number): boolean {
    const [high, low] = digestOf(key, storedAtMs)
    return this.#slots[this.#find(high, low)] !== 0
  }

  #place(high: number, low: number): boolean {
    const at = this.#find(high, low)
    if (this.#slots[at] !== 0) return false
    this.#slots[at] = high
    this.#slots[at + 1] = low
    return true
  }

  #find(high: number, low: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = (2 * high) & mask
    while (slots[at] !== 0 && (slots[at] !== high || slots[at + 1] !== low)) at = (at + 2) & mask
    return at
  }

  #grow(): void {
    const former = this.#slots
    this.#slots = new Uint32Array(2 * former.length)
    for (let at = 0; at < former.length; at += 2) {
      const high = former[at] ?? 0
      if (high !== 0) this.#place(high, former[at + 1] ?? 0)
    }
  }
}

function digestOf(key: string, storedAtMs: number): readonly [number, number] {
  const digest = hash('sha1', `${storedAtMs} ${key}`, 'buffer')
  return [digest.readUInt32LE(0) || 1, digest.readUInt32LE(4)]
}
