/**
 * Bodies that carry the structures they were written with: any process reads them, from any backend.
 *
 *   2 bytes (little-endian) of length, the list as JSON, and the payload
 *
 * Values of a kind have the same list, letter by letter. What has been made to read it is kept, so that only the first
 * of them pays for it.
 */
import { asStructure, isWorthKeeping, MAX_STRUCTURES, type Structure, structureText } from './structure.ts'
import { StructureReader } from './structure-reader.ts'
import { StructureWriter } from './structure-writer.ts'

/** Lists a reader is kept for. */
const MAX_READERS = 256

export class InlineFormat {
  readonly #writer = new StructureWriter([], (structure, names) => this.#adopt(structure, names))
  readonly #readers = new Map<string, StructureReader>()
  /** Structures of the body being written: met once, and met again. */
  readonly #met = new Set<string>()
  readonly #listed: string[] = []

  /** Undefined when msgpackr would not keep the value. */
  encode(value: unknown): Buffer | undefined {
    this.#met.clear()
    this.#listed.length = 0
    this.#writer.clear()
    const payload = this.#writer.write(value)
    if (payload === undefined) return undefined
    const list = this.#listed.length === 0 ? '' : `[${this.#listed.join()}]`
    const listBytes = Buffer.byteLength(list)
    const body = Buffer.allocUnsafe(2 + listBytes + payload.length)
    body.writeUInt16LE(listBytes)
    body.write(list, 2)
    body.set(payload, 2 + listBytes)
    return body
  }

  /** @throws Error when the body is not one of these */
  decode(body: Buffer): unknown {
    const payloadAt = 2 + body.readUInt16LE()
    return this.#reader(body.toString('latin1', 2, payloadAt)).read(body.subarray(payloadAt))
  }

  /** The second object of a kind is the first that gains by it. */
  #adopt(structure: Structure, names: string): boolean {
    if (!this.#met.has(names)) {
      this.#met.add(names)
      return false
    }
    const text = structureText(structure)
    const isKept = isWorthKeeping(text)
    if (isKept) this.#listed.push(text)
    return isKept
  }

  /** `list` is the list's bytes, one character for each: compared sooner than read. */
  #reader(list: string): StructureReader {
    const known = this.#readers.get(list)
    if (known !== undefined) return known
    const reader = new StructureReader(parseList(Buffer.from(list, 'latin1').toString()))
    const [oldest] = this.#readers.keys()
    if (this.#readers.size === MAX_READERS && oldest !== undefined) this.#readers.delete(oldest)
    this.#readers.set(list, reader)
    return reader
  }
}

function parseList(list: string): Structure[] {
  const parsed: unknown = list === '' ? [] : JSON.parse(list)
  if (!Array.isArray(parsed) || parsed.length > MAX_STRUCTURES) throw new TypeError('no list of structures')
  return parsed.map((item) => {
    const structure = asStructure(item)
    if (structure === undefined) throw new TypeError('no structure')
    return structure
  })
}
