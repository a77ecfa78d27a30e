/**
 * How many bytes a value takes on the heap, estimated: V8's usual sizes for strings, numbers, objects and collections.
 * Shared parts and cycles count once. The walk is a loop, not a recursion, so that depth costs no stack.
 */

const POINTER_BYTES = 8
const OBJECT_BYTES = 32
const COLLECTION_BYTES = 64
const MAP_SLOT_BYTES = 48
const STRING_BYTES = 24
const BUFFER_BYTES = 120
const SHARED_NAME_COUNT = 32

export function sizeOf(value: unknown): number {
  let bytes = 0
  const seen = new Set<object>()
  const pending: unknown[] = [value]
  while (pending.length > 0) {
    const part = pending.pop()
    if (typeof part === 'object' && part !== null) {
      if (seen.has(part)) continue
      seen.add(part)
      bytes += ownBytes(part, pending)
    } else bytes += scalarBytes(part)
  }
  return bytes
}

/** A string's characters take one byte each while all are Latin-1, which most keys and JSON-like texts are. */
export function stringBytes(text: string): number {
  return STRING_BYTES + (isLatin1(text) ? text.length : text.length * 2)
}

/** A sample of the beginning decides: exactness is not worth a walk over megabytes. */
function isLatin1(text: string): boolean {
  const sampled = Math.min(text.length, 256)
  for (let at = 0; at < sampled; at++) if (text.charCodeAt(at) > 0xff) return false
  return true
}

function scalarBytes(part: unknown): number {
  if (typeof part === 'string') return stringBytes(part)
  if (typeof part === 'bigint') return OBJECT_BYTES
  if (typeof part === 'number') return Number.isSafeInteger(part) ? POINTER_BYTES : 2 * POINTER_BYTES
  return POINTER_BYTES
}

/** Bytes of the object itself; its parts are put on the list. */
function ownBytes(part: object, pending: unknown[]): number {
  if (part instanceof ArrayBuffer || part instanceof SharedArrayBuffer) return BUFFER_BYTES + part.byteLength
  if (ArrayBuffer.isView(part)) {
    // A small view keeps its whole buffer alive; views into one buffer share it.
    pending.push(part.buffer)
    return BUFFER_BYTES
  }
  if (Array.isArray(part)) {
    for (const held of part) pending.push(held)
    return OBJECT_BYTES
  }
  if (part instanceof Map) {
    for (const [key, held] of part) pending.push(key, held)
    return COLLECTION_BYTES + part.size * MAP_SLOT_BYTES
  }
  if (part instanceof Set) {
    for (const held of part) pending.push(held)
    return COLLECTION_BYTES + part.size * MAP_SLOT_BYTES
  }
  let bytes = OBJECT_BYTES
  let fieldCount = 0
  for (const [name, held] of Object.entries(part)) {
    pending.push(held)
    // Objects of few fields share their names through their shape; large ones are dictionaries.
    if (++fieldCount > SHARED_NAME_COUNT) bytes += stringBytes(name)
  }
  return bytes
}
