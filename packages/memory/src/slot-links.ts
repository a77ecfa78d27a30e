/**
 * What the queues and the ghosts want of a slot, 12 bytes in one list for all slots, so that an eviction asks no page for it:
 *
 *   keyHash
 *   older, newer   neighbours in its queue; in a free slot `older` is the next free one
 *
 * Grows by doubling, as the hit words do (hit-words.ts): for a million entries a copy of 24 MB.
 */

export class SlotLinks {
  private links: Uint32Array

  constructor(slotCount: number) {
    this.links = new Uint32Array(slotCount * 3)
  }

  setKeyHash(slot: number, keyHash: number): void {
    this.links[slot * 3] = keyHash
  }

  /** As a signed number: V8 keeps those of 32 bits without a box. */
  keyHash(slot: number): number {
    return (this.links[slot * 3] ?? 0) | 0
  }

  older(slot: number): number {
    return this.links[slot * 3 + 1] ?? 0
  }

  setOlder(slot: number, older: number): void {
    this.links[slot * 3 + 1] = older
  }

  newer(slot: number): number {
    return this.links[slot * 3 + 2] ?? 0
  }

  setNewer(slot: number, newer: number): void {
    this.links[slot * 3 + 2] = newer
  }

  /** Makes a slot the newest of its queue. */
  link(slot: number, older: number): void {
    this.links[slot * 3 + 1] = older
    this.links[slot * 3 + 2] = 0
  }

  restart(slotCount: number): void {
    this.links = new Uint32Array(slotCount * 3)
  }

  lengthen(slotCount: number): void {
    const longer = new Uint32Array(slotCount * 3)
    longer.set(this.links)
    this.links = longer
  }
}
