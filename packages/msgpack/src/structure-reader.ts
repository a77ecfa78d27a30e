/** Reads the payloads that were written with one list of structures. */
import { Unpackr } from 'msgpackr'
import { requirePlainPayload } from './payload-check.ts'
import type { Structure } from './structure.ts'

export class StructureReader {
  readonly #unpackr: Unpackr
  readonly #structures: readonly Structure[]

  constructor(structures: readonly Structure[]) {
    // msgpackr keeps what it compiles in the arrays it is given.
    this.#unpackr = new Unpackr({ structures: structures.map((names) => [...names]), mapsAsObjects: true })
    this.#structures = structures
  }

  /** @throws Error when it is not plain data of these structures */
  read(payload: Buffer): unknown {
    requirePlainPayload(payload, this.#structures)
    const value: unknown = this.#unpackr.decode(payload)
    return value
  }
}
