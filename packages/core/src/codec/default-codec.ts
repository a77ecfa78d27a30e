/**
 * The default codec: whatever DESIGN's value list names comes back as it was, and plain JSON values cost plain JSON.
 *
 * One walk finds out whether JSON keeps the value exactly. If so, JSON it is. Bytes pass through uncopied. All else
 * (Date, Map, undefined inside objects, cycles, ...) is written as a table of nodes (node-table.ts).
 */
import type { Codec } from './codec.ts'
import { readNodes } from './node-reader.ts'
import { writeNodes } from './node-writer.ts'

/** Plain values nested deeper than this go to the node table, which notices cycles. */
const MAX_PLAIN_DEPTH = 64

/** Parts looked at before shared ones are watched for: small values pay nothing, and few parts cannot grow far. */
const UNWATCHED_PARTS = 1_000

/**
 * JSON writes a part once for every place it is in, so that 30 objects can become gigabytes. From the thousandth part on
 * each is remembered; one that comes again sends the value to the node table, which writes it once.
 */
class PartBudget {
  #count = 0
  readonly #seen = new Set<object>()

  /** False when the part has been met before. */
  isNew(part: object): boolean {
    if (++this.#count <= UNWATCHED_PARTS) return true
    if (this.#seen.has(part)) return false
    this.#seen.add(part)
    return true
  }
}

export const defaultCodec: Codec = {
  name: 'stowage',
  encode(value) {
    if (value instanceof Uint8Array) {
      if (Buffer.isBuffer(value)) return { format: 'buffer', body: value }
      if (Object.getPrototypeOf(value) === Uint8Array.prototype) return { format: 'bytes', body: value }
    }
    if (isPlain(value, 0, new PartBudget())) return { format: 'json', body: JSON.stringify(value) }
    return { format: 'nodes', body: JSON.stringify(writeNodes(value)) }
  },
  decode({ format, body }) {
    if (typeof body === 'string') {
      const parsed: unknown = JSON.parse(body)
      if (format === 'json') return parsed
      if (format === 'nodes') return readNodes(parsed)
    } else {
      if (format === 'bytes') return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
      if (format === 'buffer') return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    }
    throw new TypeError(`format '${format}' is not one of json, nodes, bytes, buffer`)
  },
}

/** True when JSON.parse(JSON.stringify(value)) is the value again, in every type and property. */
function isPlain(value: unknown, depth: number, budget: PartBudget): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object':
      if (value === null) return true
      if (depth === MAX_PLAIN_DEPTH || !budget.isNew(value)) return false
      return Array.isArray(value) ? isPlainArray(value, depth, budget) : isPlainObject(value, depth, budget)
    default:
      return false
  }
}

function isPlainArray(value: readonly unknown[], depth: number, budget: PartBudget): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype || 'toJSON' in value) return false
  // A hole reads as undefined, which is not plain. Further properties make more keys than elements.
  for (let at = 0; at < value.length; at++) if (!isPlain(value[at], depth + 1, budget)) return false
  return Object.keys(value).length === value.length
}

function isPlainObject(value: object, depth: number, budget: PartBudget): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return false
  if (Object.getOwnPropertySymbols(value).length > 0) return false
  for (const field of Object.values(value)) if (!isPlain(field, depth + 1, budget)) return false
  return true
}
