/**
 * Writes payloads with a list of structures: objects that are like one of the list by its number, all others with their
 * names. Nothing in a payload defines anything, so that it is read in one way or not at all.
 */
import { Packr } from 'msgpackr'
import { holdsDoubtfulText } from './payload-check.ts'
import { MAX_NAMES, MAX_STRUCTURE_BYTES, MAX_STRUCTURES, type Structure } from './structure.ts'

/** Payloads from here on would stay behind in msgpackr as a working memory of their size. */
const LARGE_BYTES = 1_048_576
const WORKING_BYTES = 8_192

/** Structures that were looked for in vain, until all of them are forgotten. */
const MAX_REFUSED = 1_000

/** Asked about a structure that is not in the list, with its names in one text. True puts it there, as the next. */
export type Adopt = (structure: Structure, names: string) => boolean

export class StructureWriter {
  /** msgpackr adds to it what is adopted, and hangs on it what it remembers. A Packr made anew would be slow at first. */
  readonly #list: Structure[]
  readonly #packr: Packr
  readonly #refused = new Set<string>()

  constructor(structures: readonly Structure[], adopt: Adopt) {
    this.#list = structures.map((names) => [...names])
    this.#packr = new Packr({
      structures: this.#list,
      // One place more than is ever taken: msgpackr asks while there is one.
      maxSharedStructures: MAX_STRUCTURES + 1,
      maxOwnStructures: 0,
      shouldShareStructure: (structure) => {
        const names = structure.join()
        const isAdopted = this.#list.length < MAX_STRUCTURES && adopt(structure, names)
        if (!isAdopted) this.#refused.add(names)
        return isAdopted
      },
      useRecords: mayBeAlike,
      variableMapSize: true,
    })
  }

  /** To be copied before the next write. Undefined when a text might not come back as it is. */
  write(value: unknown): Buffer | undefined {
    if (this.#refused.size > MAX_REFUSED) this.#forgetNames()
    const payload = this.#packr.encode(value)
    if (payload.length > LARGE_BYTES) this.#packr.useBuffer(Buffer.allocUnsafeSlow(WORKING_BYTES))
    const isSure = !payload.includes(0xed) && !payload.includes(0xef)
    return isSure || !holdsDoubtfulText(payload, this.#list) ? payload : undefined
  }

  /** Begins with an empty list again. */
  clear(): void {
    if (this.#list.length === 0) return
    Object.assign(this.#list, { length: 0, sharedLength: 0 })
    this.#forgetNames()
  }

  /** msgpackr remembers every name it has looked for, and makes a new memory from the list when there is none. */
  #forgetNames(): void {
    Reflect.deleteProperty(this.#list, 'transitions')
    this.#refused.clear()
  }
}

/** Others are not even looked for: all that is remembered of those in vain is their names. */
function mayBeAlike(object: object): boolean {
  let count = 0
  let length = 0
  for (const name in object) {
    length += name.length
    if (++count > MAX_NAMES || length > MAX_STRUCTURE_BYTES) return false
  }
  return true
}
