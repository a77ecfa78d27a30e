/**
 * Values by key within so many bytes, where what is asked for stays: CLOCK (Corbató, 1968). A newcomer that does not fit takes the place of
 * what the hand comes to, unless that came or was asked for since the hand was there last: then it has to wait for another time. So
 * where more is asked for in turn than fits, some of it stays, instead of each putting out the next.
 *
 * The hand is an iterator, which goes on as the map changes. It is made when it is needed and given up when it has come round: V8 keeps all
 * former tables of a map, and what was in them, for an iterator that stands on one.
 */
import { ownText } from './own-text.ts'

interface Slot<V> {
  value: V
  bytes: number
  isUsed: boolean
}

export class ClockMap<V> {
  readonly #maxBytes: number
  readonly #slots = new Map<string, Slot<V>>()
  #hand: MapIterator<[string, Slot<V>]> | undefined
  #bytes = 0

  /** @param maxBytes of all values together; 0: none that takes any is kept */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(key: string): V | undefined {
    const slot = this.#slots.get(key)
    if (slot === undefined) return undefined
    slot.isUsed = true
    return slot.value
  }

  /** @param bytes what it takes, its key and place included. @returns false: there is no room yet, and what was under the key stays */
  set(key: string, value: V, bytes: number): boolean {
    if (!this.makeRoom(key, bytes)) return false
    const slot = this.#slots.get(key)
    if (slot === undefined) this.#slots.set(ownText(key), { value, bytes, isUsed: true })
    else {
      this.#bytes -= slot.bytes
      slot.value = value
      slot.bytes = bytes
    }
    this.#bytes += bytes
    return true
  }

  /** Whether so much can be kept under the key without putting others out. */
  hasRoom(key: string, bytes: number): boolean {
    return this.#bytes + bytes - (this.#slots.get(key)?.bytes ?? 0) <= this.#maxBytes
  }

  /** Puts others out for it. @returns false: not enough yet; asked again, the hand goes on */
  makeRoom(key: string, bytes: number): boolean {
    if (bytes > this.#maxBytes) return false
    const own = this.#slots.get(key)
    const mostBytes = this.#maxBytes - bytes + (own?.bytes ?? 0)
    while (this.#bytes > mostBytes) if (!this.#putOut(own)) return false
    return true
  }

  clear(): void {
    this.#slots.clear()
    this.#hand = undefined
    this.#bytes = 0
  }

  /** What the hand comes to next. @returns false: nothing was put out */
  #putOut(spared: Slot<V> | undefined): boolean {
    this.#hand ??= this.#slots.entries()
    const next = this.#hand.next()
    if (next.done) {
      this.#hand = undefined
      return this.#slots.size > 0 && this.#putOut(spared)
    }
    const [key, slot] = next.value
    if (slot === spared || slot.isUsed) {
      slot.isUsed = false
      return false
    }
    this.#slots.delete(key)
    this.#bytes -= slot.bytes
    return true
  }
}
