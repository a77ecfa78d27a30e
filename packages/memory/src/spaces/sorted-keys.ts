/**
 * Texts in the order of their code points, in blocks of bounded length: adding and removing moves the texts of one block, wherever
 * it is, and the place of a text is found by halving twice.
 */

/** A block that grows past this is divided. Moving half as many references takes less than a microsecond. */
const MAX_BLOCK = 512

export class SortedKeys {
  readonly #blocks: string[][] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Must not be there yet. */
  add(key: string): void {
    this.#count++
    const at = Math.max(0, this.#blockAt(key))
    const block = this.#blocks[at]
    if (block === undefined) {
      this.#blocks.push([key])
      return
    }
    block.splice(firstFrom(block, key), 0, key)
    if (block.length <= MAX_BLOCK) return
    // At the end most are added: what is full there stays full.
    const isLast = at === this.#blocks.length - 1
    this.#blocks.splice(at + 1, 0, block.splice(isLast ? MAX_BLOCK : MAX_BLOCK / 2))
  }

  /** Must be there. */
  delete(key: string): void {
    const at = this.#blockAt(key)
    const block = this.#blocks[at]
    if (block === undefined) return
    this.#count--
    block.splice(firstFrom(block, key), 1)
    if (block.length === 0) this.#blocks.splice(at, 1)
  }

  /** How many come before the key. */
  rankOf(key: string): number {
    const at = this.#blockAt(key)
    const block = this.#blocks[at]
    if (block === undefined) return 0
    let rank = firstFrom(block, key)
    for (let before = 0; before < at; before++) rank += this.#blocks[before]?.length ?? 0
    return rank
  }

  /** From `rank` on and before `end`, in order. */
  slice(rank: number, end: number): string[] {
    const found: string[] = []
    let begin = 0
    for (const block of this.#blocks) {
      if (begin >= end) break
      if (begin + block.length > rank) found.push(...block.slice(Math.max(0, rank - begin), end - begin))
      begin += block.length
    }
    return found
  }

  /** The last block that begins at the key or before it; -1: none does. */
  #blockAt(key: string): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const first = this.#blocks[middle]?.[0]
      if (first !== undefined && compareTexts(first, key) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

/** The place of the first text that is not before the key. */
function firstFrom(block: readonly string[], key: string): number {
  let low = 0
  let high = block.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const text = block[middle]
    if (text !== undefined && compareTexts(text, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

const SURROGATES_FROM = 0xd800

/** As UTF-8 bytes compare. JavaScript compares UTF-16 units, in which what lies beyond U+FFFF comes before U+E000. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at++) {
    const unit = one.charCodeAt(at)
    const otherUnit = other.charCodeAt(at)
    if (unit === otherUnit) continue
    return unit < SURROGATES_FROM || otherUnit < SURROGATES_FROM ? unit - otherUnit : raised(unit) - raised(otherUnit)
  }
  return one.length - other.length
}

/** Surrogates go behind everything else. */
function raised(unit: number): number {
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
