/**
 * The one rule that says which values plain JSON keeps: JSON.parse(JSON.stringify(value)) is the value again, in every
 * type and property. Found out by a walk that costs about half of JSON.stringify itself.
 */

/** Plain values nest at most this deep, so that whoever walks them needs no care. */
const MAX_PLAIN_DEPTH = 64

/** Parts looked at before shared ones are watched for: common values pay nothing, and few parts cannot grow far. */
const UNWATCHED_PARTS = 20_000

/** True when JSON keeps the value exactly. `keepsName` may refuse property names that another format than JSON loses. */
export function isPlain(value: unknown, keepsName?: (name: string) => boolean): boolean {
  return typeof value === 'object' ? new PlainWalk(keepsName).isPlainPart(value, 0) : isPlainScalar(value)
}

class PlainWalk {
  readonly #keepsName: ((name: string) => boolean) | undefined
  #watched: Set<object> | undefined
  #partCount = 0

  constructor(keepsName: ((name: string) => boolean) | undefined) {
    this.#keepsName = keepsName
  }

  isPlainPart(part: object | null, depth: number): boolean {
    if (part === null) return true
    if (depth === MAX_PLAIN_DEPTH || 'toJSON' in part || !this.#isNew(part)) return false
    return Array.isArray(part) ? this.#isPlainArray(part, depth + 1) : this.#isPlainObject(part, depth + 1)
  }

  #isPlainArray(array: readonly unknown[], depth: number): boolean {
    if (Object.getPrototypeOf(array) !== Array.prototype) return false
    for (let at = 0; at < array.length; at++) {
      const part = array[at]
      if (typeof part === 'object' ? !this.isPlainPart(part, depth) : !isPlainScalar(part)) return false
    }
    return !hasFurtherProperties(array, array.length)
  }

  #isPlainObject(object: object, depth: number): boolean {
    if (!hasPlainPrototype(object) || Object.getOwnPropertySymbols(object).length > 0) return false
    const keepsName = this.#keepsName
    for (const name in object) {
      if (keepsName !== undefined && !keepsName(name)) return false
      const part = object[name]
      // The commonest, without a call: a fifth of the walk.
      if (typeof part === 'string') continue
      if (typeof part === 'object' ? !this.isPlainPart(part, depth) : !isPlainScalar(part)) return false
    }
    return true
  }

  /**
   * False when the part has been met before: JSON writes a part once for every place it is in, so that 30 objects can
   * become gigabytes.
   */
  #isNew(part: object): boolean {
    if (++this.#partCount <= UNWATCHED_PARTS) return true
    this.#watched ??= new Set()
    if (this.#watched.has(part)) return false
    this.#watched.add(part)
    return true
  }
}

/** Whether there is more in the array than `elementCount` elements. Never to be asked of an array of a billion holes. */
export function hasFurtherProperties(array: readonly unknown[], elementCount: number): boolean {
  // Not Object.keys, which makes a text of each index.
  return Object.values(array).length !== elementCount
}

/** An object of no class. `for in` then gives its own properties and no others. */
export function hasPlainPrototype(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype
}

function isPlainScalar(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    default:
      return false
  }
}
