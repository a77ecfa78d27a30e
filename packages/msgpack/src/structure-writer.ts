/**
 * Writes payloads with a list of structures: objects that are like one of the list by its number, all others with their
 * names. Nothing in a payload defines anything, so that it is read in one way or not at all.
 */
import { Packr } from 'msgpackr'
import { holdsDoubtfulText } from './payload-check.ts'
import { MAX_NAMES, MAX_STRUCTURES, type Structure } from './structure.ts'

/** Payloads from here on would stay behind in msgpackr as a working memory of their size. */
const LARGE_BYTES = 1_048_576
const WORKING_BYTES = 8_192

/** msgpackr remembers every name it has looked for in the list. After so many it is made anew. */
const MAX_REMEMBERED_NAMES = 50_000

export class StructureWriter {
  readonly #structures: Structure[]
  readonly #adopt: (structure: Structure) => boolean
  #packr: Packr
  #rememberedNames = 0

  /** `adopt` is asked about an object that is like none of the list: true puts its structure there, as the next. */
  constructor(structures: readonly Structure[], adopt: (structure: Structure) => boolean) {
    this.#structures = [...structures]
    this.#adopt = adopt
    this.#packr = this.#newPackr()
  }

  /** To be copied before the next write. Undefined when a text might not come back as it is. */
  write(value: unknown): Buffer | undefined {
    if (this.#rememberedNames > MAX_REMEMBERED_NAMES) this.#packr = this.#newPackr()
    const payload = this.#packr.encode(value)
    if (payload.length > LARGE_BYTES) this.#packr.useBuffer(Buffer.allocUnsafeSlow(WORKING_BYTES))
    const isSure = !payload.includes(0xed) && !payload.includes(0xef)
    return isSure || !holdsDoubtfulText(payload, this.#structures) ? payload : undefined
  }

  /** Begins with an empty list again. */
  clear(): void {
    if (this.#structures.length === 0) return
    this.#structures.length = 0
    this.#packr = this.#newPackr()
  }

  #newPackr(): Packr {
    this.#rememberedNames = 0
    return new Packr({
      structures: this.#structures.map((names) => [...names]),
      // One place more than is ever taken: msgpackr asks while there is one.
      maxSharedStructures: MAX_STRUCTURES + 1,
      maxOwnStructures: 0,
      shouldShareStructure: (names) => {
        this.#rememberedNames += names.length
        const isAdopted = this.#structures.length < MAX_STRUCTURES && this.#adopt(names)
        if (isAdopted) this.#structures.push(names)
        return isAdopted
      },
      useRecords: hasFewNames,
      variableMapSize: true,
    })
  }
}

function hasFewNames(object: object): boolean {
  let count = 0
  for (const _ in object) if (++count > MAX_NAMES) return false
  return true
}
