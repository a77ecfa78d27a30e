/** The face of `@stowage/msgpack`. */
export { fileStructures } from './file-structures.ts'
export { type MsgpackOptions, msgpackCodec } from './msgpack-codec.ts'
export type { Structure, StructureStore } from './structure.ts'
