/**
 * How many bytes a value takes on the heap, estimated from V8's own layouts (64 bits, no pointer compression, as in Node).
 * Shared parts and cycles count once. Within 30 % of what the heap grows by, over realistic values: test/size-of.test.ts
 * measures it. What cannot be seen from outside is passed over: spare room in arrays, closures, shapes, texts that are chains
 * of pieces, and whether V8 has boxed a list of fractions, which triples it.
 */

const HEADER_BYTES = 16
const FIELD_BYTES = 8
const NUMBER_BYTES = 16
const OBJECT_BYTES = 24
const ARRAY_BYTES = 48
const DATE_BYTES = 96
const REGEXP_BYTES = 120
const URL_BYTES = 220
const ERROR_BYTES = 120
const FUNCTION_BYTES = 96
/** A view and its buffer, each with what the collector keeps of it. */
const VIEW_BYTES = 112
const BUFFER_BYTES = 96
/** Node 26 makes the pool of small Buffers this much larger than `Buffer.poolSize` says. */
const POOL_ALIGNMENT_BYTES = 64
const COLLECTION_BYTES = 72
const LEAST_COLLECTION_SLOTS = 4
const MAP_SLOT_BYTES = 28
const SET_SLOT_BYTES = 20
/** Objects of more fields that were added one by one are dictionaries: name, value and details, half of the room empty. */
const DICTIONARY_FIELD_COUNT = 128
const DICTIONARY_FIELD_BYTES = 56
/** Deeper parts wait for their turn: nesting of any depth costs no stack. */
const MAX_DEPTH = 200
/** Of a longer array so many elements are looked at, evenly spread: a write must not hold the loop for a long list. */
const SAMPLED_COUNT = 10_000
/** A character of two bytes. V8 looks for it in texts of two bytes only, so that the answer costs the same at any length. */
const WIDE = /[\u0100-\uffff]/

export function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return scalarBytes(value)
  return flatBytes(value) ?? new Measuring().all(value)
}

/** Of a plain object without objects in it, the commonest of all, which needs no book of what has been seen. */
function flatBytes(value: object): number | undefined {
  if (!isPlain(value)) return undefined
  let bytes = OBJECT_BYTES
  let fieldCount = 0
  for (const name in value) {
    const held = value[name]
    if ((typeof held === 'object' && held !== null) || ++fieldCount > DICTIONARY_FIELD_COUNT) return undefined
    bytes += FIELD_BYTES + scalarBytes(held)
  }
  return bytes
}

/** A string's characters take one byte each while all are Latin-1, which most keys and JSON-like texts are. */
export function stringBytes(text: string): number {
  return stringBytesOf(text, isWide(text))
}

/** The same where it is known whether a character takes two bytes. */
export function stringBytesOf({ length }: string, isOfTwo: boolean): number {
  // In whole numbers: every write asks for its key's.
  return HEADER_BYTES + (((isOfTwo ? length * 2 : length) + 7) & ~7)
}

export function isWide(text: string): boolean {
  return WIDE.test(text)
}

/** One walk over one value. */
class Measuring {
  private first: object | undefined
  private seen: Set<object> | undefined
  private deferred: object[] | undefined

  all(value: object): number {
    let bytes = this.part(value, 0)
    for (let part = this.deferred?.pop(); part !== undefined; part = this.deferred?.pop()) bytes += this.own(part, 0)
    return bytes
  }

  private part(part: unknown, depth: number): number {
    if (typeof part !== 'object' || part === null) return scalarBytes(part)
    if (!this.isNew(part)) return 0
    if (depth < MAX_DEPTH) return this.own(part, depth + 1)
    this.deferred ??= []
    this.deferred.push(part)
    return 0
  }

  /** A value of one object, the commonest of all, needs no set. */
  private isNew(part: object): boolean {
    if (this.first === undefined) {
      this.first = part
      return true
    }
    if (part === this.first) return false
    this.seen ??= new Set()
    if (this.seen.has(part)) return false
    this.seen.add(part)
    return true
  }

  private own(part: object, depth: number): number {
    if (isPlain(part)) return this.fields(part, depth)
    return Array.isArray(part) ? this.array(part, depth) : this.special(part, depth)
  }

  /** By `at`: a loop that indexes lists of both fractions and texts makes V8 box every fraction it comes by, for good. */
  private array(part: readonly unknown[], depth: number): number {
    const { length } = part
    const step = Math.max(1, length / SAMPLED_COUNT)
    let partBytes = 0
    let isBare = true
    for (let place = 0; place < length; place += step) {
      const held = part.at(Math.floor(place))
      if (typeof held === 'number') partBytes += scalarBytes(held)
      else {
        isBare = false
        partBytes += this.part(held, depth)
      }
    }
    // Among others a fraction is an object, alone it is not.
    return ARRAY_BYTES + length * FIELD_BYTES + (isBare ? 0 : Math.round(partBytes * step))
  }

  private fields(part: Readonly<Record<string, unknown>>, depth: number): number {
    let bytes = OBJECT_BYTES
    let fieldCount = 0
    for (const name in part) {
      bytes += FIELD_BYTES + this.part(part[name], depth)
      // Objects of few fields share their names through their shape.
      if (++fieldCount > DICTIONARY_FIELD_COUNT) bytes += DICTIONARY_FIELD_BYTES - FIELD_BYTES + stringBytes(name)
    }
    return bytes
  }

  private special(part: object, depth: number): number {
    if (ArrayBuffer.isView(part)) return VIEW_BYTES + this.viewed(part)
    if (part instanceof ArrayBuffer || part instanceof SharedArrayBuffer)
      return BUFFER_BYTES + roundedUp(part.byteLength)
    if (part instanceof Map) {
      let bytes = COLLECTION_BYTES + collectionSlots(part.size) * MAP_SLOT_BYTES
      for (const [key, held] of part) bytes += this.part(key, depth) + this.part(held, depth)
      return bytes
    }
    if (part instanceof Set) {
      let bytes = COLLECTION_BYTES + collectionSlots(part.size) * SET_SLOT_BYTES
      for (const held of part) bytes += this.part(held, depth)
      return bytes
    }
    if (part instanceof Date) return DATE_BYTES
    if (part instanceof RegExp) return REGEXP_BYTES + stringBytes(part.source)
    if (part instanceof URL) return URL_BYTES + stringBytes(part.href)
    if (part instanceof Error)
      return ERROR_BYTES + stringBytes(part.stack ?? part.message) + this.fields({ ...part }, depth)
    return this.fields({ ...part }, depth)
  }

  /** A small view keeps its whole buffer alive, and views into one buffer share it. Small Buffers fill a common pool. */
  private viewed(part: ArrayBufferView): number {
    const { buffer } = part
    const beyondPoolBytes = buffer.byteLength - Buffer.poolSize
    if (beyondPoolBytes >= 0 && beyondPoolBytes <= POOL_ALIGNMENT_BYTES && part.byteLength < Buffer.poolSize / 2)
      return roundedUp(part.byteLength)
    return this.isNew(buffer) ? BUFFER_BYTES + roundedUp(buffer.byteLength) : 0
  }
}

/** Besides the field it is in. */
function scalarBytes(part: unknown): number {
  switch (typeof part) {
    case 'string':
      return stringBytes(part)
    case 'number':
      return (part | 0) === part ? 0 : NUMBER_BYTES
    case 'bigint':
      return HEADER_BYTES + roundedUp(part.toString(16).length / 2)
    case 'function':
      return FUNCTION_BYTES
    default:
      return 0
  }
}

/** Hash tables double. */
function collectionSlots(count: number): number {
  return count <= LEAST_COLLECTION_SLOTS ? LEAST_COLLECTION_SLOTS : 2 ** Math.ceil(Math.log2(count))
}

function roundedUp(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}

function isPlain(part: object): part is Readonly<Record<string, unknown>> {
  return part.constructor === Object
}
