/**
 * Bodies that name the list of structures they were written with: 8 bytes of its SHA-256, and the payload.
 *
 * The list only grows at its end, and every beginning of it has a name of its own. A reader that does not know the name
 * loads the list again; if it is not there either, the body is refused. So a body is read with the very list it was
 * written with, or not at all, whoever else adds to the list, loses it or writes another in its place.
 */
import { createHash } from 'node:crypto'
import { isWorthKeeping, MAX_STRUCTURES, type Structure, type StructureStore, structureText } from './structure.ts'
import { StructureReader } from './structure-reader.ts'
import { StructureWriter } from './structure-writer.ts'

const NAME_BYTES = 8

/** Objects that must be alike before their structure takes one of the places, which are few. */
const SIGHTINGS_BEFORE_KEEPING = 4
/** Structures sighted at a time; beyond that all are forgotten. */
const MAX_SIGHTED = 1_000

export class StoredFormat {
  readonly #store: StructureStore
  readonly #sightings = new Map<string, number>()
  /** What the value being written has shown to be worth a place. */
  #found: Structure[] = []
  /** Names of all beginnings of the list, one character for each byte. */
  #names: ReadonlySet<string> = new Set()
  /** The last of them: the list's. */
  #name = ''
  #isFaultTold = false
  #writer = new StructureWriter([], () => false)
  #reader = new StructureReader([])

  constructor(store: StructureStore) {
    this.#store = store
    this.#reload()
  }

  /** Undefined when msgpackr would not keep the value. */
  encode(value: unknown): Buffer | undefined {
    let payload = this.#writer.write(value)
    if (this.#found.length > 0) {
      this.#keepFound()
      payload = this.#writer.write(value)
    }
    if (payload === undefined) return undefined
    const body = Buffer.allocUnsafe(NAME_BYTES + payload.length)
    body.write(this.#name, 'latin1')
    body.set(payload, NAME_BYTES)
    return body
  }

  /** @throws Error when the body is not one of these, or of a list that is nowhere */
  decode(body: Buffer): unknown {
    const name = body.toString('latin1', 0, NAME_BYTES)
    if (!this.#names.has(name)) this.#reload()
    if (!this.#names.has(name)) throw new TypeError('written with structures that are not stored here')
    return this.#reader.read(body.subarray(NAME_BYTES))
  }

  #sight(structure: Structure, names: string): boolean {
    const count = (this.#sightings.get(names) ?? 0) + 1
    if (count === 1 && this.#sightings.size === MAX_SIGHTED) this.#sightings.clear()
    this.#sightings.set(names, count)
    if (count === SIGHTINGS_BEFORE_KEEPING && isWorthKeeping(structureText(structure))) this.#found.push(structure)
    return false
  }

  #keepFound(): void {
    const found = this.#found
    this.#found = []
    try {
      this.#store.append(found)
      this.#reload()
    } catch (error) {
      // Without it values are larger, and nothing else: no reason to fail a write.
      if (this.#isFaultTold) return
      this.#isFaultTold = true
      process.emitWarning(`structures cannot be stored: ${String(error)}`, { code: 'STOWAGE_STRUCTURES' })
    }
  }

  #reload(): void {
    const structures = this.#store.load().slice(0, MAX_STRUCTURES)
    const names = namesOf(structures)
    const name = names.at(-1) ?? ''
    if (this.#name === name) return
    this.#names = new Set(names)
    this.#name = name
    this.#writer = new StructureWriter(structures, (structure, names) => this.#sight(structure, names))
    this.#reader = new StructureReader(structures)
  }
}

/** The name of the empty list, of the first structure, of the first two, and so on. */
function namesOf(structures: readonly Structure[]): string[] {
  const hash = createHash('sha256')
  const name = () => hash.copy().digest().toString('latin1', 0, NAME_BYTES)
  return [
    name(),
    ...structures.map((structure) => {
      hash.update(`${structureText(structure)}\n`)
      return name()
    }),
  ]
}
