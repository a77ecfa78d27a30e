/**
 * Structures: the property names of objects that are alike, in their order. A body then holds only a number and the
 * values. What a number means is fixed by a list of structures, and each body says which list it was written with.
 */

/** Property names in their order. */
export type Structure = readonly string[]

/**
 * Where structures are kept for all who read and write the same entries. Both functions answer at once: a codec has no
 * time to wait. What they throw is a fault of the store; no entry is misread for it.
 */
export interface StructureStore {
  /** All structures, in the order in which they were added. What is once in the list keeps its place. */
  load(): readonly Structure[]
  /** Adds structures at the end of the list. Others may do so at the same time: the store decides who comes first. */
  append(added: readonly Structure[]): void
}

/** Structures of one list: what msgpackr refers to with one byte, but one (structure-writer.ts). */
export const MAX_STRUCTURES = 31

/** An object of more properties is rather a dictionary, whose names differ from one to the next. */
export const MAX_NAMES = 64
/** Of its text. */
export const MAX_STRUCTURE_BYTES = 2_000

/** One structure as text: what is stored and compared. */
export function structureText(structure: Structure): string {
  return JSON.stringify(structure)
}

/** Whether a structure of this text is given a place. */
export function isWorthKeeping(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_STRUCTURE_BYTES
}

/** Undefined for anything that is no structure. */
export function asStructure(parsed: unknown): Structure | undefined {
  return Array.isArray(parsed) && parsed.every((name) => typeof name === 'string') ? parsed : undefined
}
