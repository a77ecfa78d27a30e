/**
 * Which bytes msgpackr is given to read: those that can only become plain data. Its own reader would also make classes,
 * run extensions that any other code of the process has registered, and take a reference to an unknown structure for a
 * number.
 */
import type { Structure } from './structure.ts'

/** Deeper than anything plain nests. */
const MAX_DEPTH = 100

/** @throws TypeError unless the bytes are exactly one value made of texts, numbers, arrays, maps and these structures */
export function requirePlainPayload(payload: Uint8Array, structures: readonly Structure[]): void {
  new PayloadCheck(payload, structures).run()
}

/**
 * Whether a text of a payload just written may come back as another. A lone surrogate: msgpackr writes it as ED A0 to
 * ED BF, which no other text has, or as U+FFFD (EF BF BD), which some texts have of their own. A byte order mark at the
 * beginning (EF BB BF): msgpackr's reader leaves it out.
 */
export function holdsDoubtfulText(payload: Uint8Array, structures: readonly Structure[]): boolean {
  let isDoubtful = false
  const look = (at: number, end: number) => {
    isDoubtful ||= payload[at] === 0xef && payload[at + 1] === 0xbb && payload[at + 2] === 0xbf
    for (let each = at; each < end && !isDoubtful; each++) {
      if (payload[each] === 0xed) isDoubtful = (payload[each + 1] ?? 0) >= 0xa0
      else if (payload[each] === 0xef) isDoubtful = payload[each + 1] === 0xbf && payload[each + 2] === 0xbd
    }
  }
  new PayloadCheck(payload, structures, look).run()
  return isDoubtful
}

class PayloadCheck {
  readonly #bytes: Uint8Array
  readonly #structures: readonly Structure[]
  readonly #onText: ((at: number, end: number) => void) | undefined
  #at = 0

  constructor(bytes: Uint8Array, structures: readonly Structure[], onText?: (at: number, end: number) => void) {
    this.#bytes = bytes
    this.#structures = structures
    this.#onText = onText
  }

  run(): void {
    this.#skipValue(0)
    if (this.#at !== this.#bytes.length) throw new TypeError('bytes behind the value')
  }

  #skipValue(depth: number): void {
    const token = this.#byte()
    if (token < 0x40 || token >= 0xe0) return // A small number.
    if (token < 0x80) this.#skipValues(this.#fieldCount(token - 0x40), depth)
    else if (token < 0x90) this.#skipFields(token - 0x80, depth)
    else if (token < 0xa0) this.#skipValues(token - 0x90, depth)
    else if (token < 0xc0) this.#skipText(token - 0xa0)
    else this.#skipMarked(token, depth)
  }

  #skipMarked(token: number, depth: number): void {
    switch (token) {
      case 0xc0: // null
      case 0xc2: // false
      case 0xc3: // true
        return
      case 0xcb: // a double
        this.#at += 8
        return
      case 0xcc: // integers of 1, 2 and 4 bytes
      case 0xd0:
        this.#at += 1
        return
      case 0xcd:
      case 0xd1:
        this.#at += 2
        return
      case 0xce:
      case 0xd2:
        this.#at += 4
        return
      case 0xd9: // texts by the bytes of their length
        this.#skipText(this.#number(1))
        return
      case 0xda:
        this.#skipText(this.#number(2))
        return
      case 0xdb:
        this.#skipText(this.#number(4))
        return
      case 0xdc: // arrays
        this.#skipValues(this.#number(2), depth)
        return
      case 0xdd:
        this.#skipValues(this.#number(4), depth)
        return
      case 0xde: // maps
        this.#skipFields(this.#number(2), depth)
        return
      case 0xdf:
        this.#skipFields(this.#number(4), depth)
        return
      default:
        throw new TypeError(`0x${token.toString(16)} is not plain data`)
    }
  }

  #skipValues(count: number, depth: number): void {
    if (depth === MAX_DEPTH) throw new TypeError(`nests deeper than ${MAX_DEPTH}`)
    for (let left = count; left > 0; left--) this.#skipValue(depth + 1)
  }

  #skipFields(count: number, depth: number): void {
    if (depth === MAX_DEPTH) throw new TypeError(`nests deeper than ${MAX_DEPTH}`)
    for (let left = count; left > 0; left--) {
      const token = this.#bytes[this.#at] ?? 0
      const isText = (token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb)
      if (!isText) throw new TypeError('a name that is no text')
      this.#skipValue(depth)
      this.#skipValue(depth + 1)
    }
  }

  #skipText(length: number): void {
    this.#onText?.(this.#at, this.#at + length)
    this.#at += length
  }

  #fieldCount(index: number): number {
    const structure = this.#structures[index]
    if (structure === undefined) throw new TypeError('a reference to no structure')
    return structure.length
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new TypeError('the value goes on behind the bytes')
    return byte
  }

  #number(bytes: 1 | 2 | 4): number {
    let number = 0
    for (let left = bytes; left > 0; left--) number = number * 256 + this.#byte()
    return number
  }
}
