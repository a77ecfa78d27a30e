/**
 * The node table: a value graph as a flat JSON array, for what JSON alone cannot keep.
 *
 * Node 0 is the value. A node is a tag and its content; parts are given as indexes of other nodes, so that shared parts
 * stay shared and cycles end. Reading makes all containers first and fills them second: no recursion, no code, and the
 * only classes it can make are the ones named here.
 */

export type Node = readonly [tag: NodeTag, ...content: unknown[]]

export type NodeTag =
  | 'literal' // [text | number | boolean | null]
  | 'number' // ['NaN' | 'Infinity' | '-Infinity' | '-0']
  | 'undefined'
  | 'bigint' // [digits]
  | 'date' // [ms | null when invalid]
  | 'regexp' // [source, flags]
  | 'url' // [href]
  | 'array' // [...indexes], HOLE where the array has none
  | 'object' // [...name, index]
  | 'bare-object' // the same, without a prototype
  | 'map' // [...key index, value index]
  | 'set' // [...indexes]
  | 'error' // [class name, ...name, index] of its own properties
  | 'bytes' // [class name, base64]

/** The index that stands for a hole of a sparse array. */
export const HOLE = -1

/** What 'bytes' may be: name of the class and how to make one from a buffer that begins at 0. */
export const BYTE_CLASSES: ReadonlyMap<string, (buffer: ArrayBuffer) => unknown> = new Map<
  string,
  (buffer: ArrayBuffer) => unknown
>([
  ['ArrayBuffer', (buffer) => buffer],
  ['Buffer', (buffer) => Buffer.from(buffer)],
  ['DataView', (buffer) => new DataView(buffer)],
  ['Uint8Array', (buffer) => new Uint8Array(buffer)],
  ['Uint8ClampedArray', (buffer) => new Uint8ClampedArray(buffer)],
  ['Int8Array', (buffer) => new Int8Array(buffer)],
  ['Uint16Array', (buffer) => new Uint16Array(buffer)],
  ['Int16Array', (buffer) => new Int16Array(buffer)],
  ['Uint32Array', (buffer) => new Uint32Array(buffer)],
  ['Int32Array', (buffer) => new Int32Array(buffer)],
  ['Float32Array', (buffer) => new Float32Array(buffer)],
  ['Float64Array', (buffer) => new Float64Array(buffer)],
  ['BigInt64Array', (buffer) => new BigInt64Array(buffer)],
  ['BigUint64Array', (buffer) => new BigUint64Array(buffer)],
])

/** Error classes that come back as themselves; any other error comes back as an Error that keeps its name. */
export const ERROR_CLASSES: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>([
  ['Error', Error],
  ['EvalError', EvalError],
  ['RangeError', RangeError],
  ['ReferenceError', ReferenceError],
  ['SyntaxError', SyntaxError],
  ['TypeError', TypeError],
  ['URIError', URIError],
])
