/**
 * The codec: plain values (core's own rule) by msgpackr, all others as the default codec writes them. So the same values
 * come back as with the default codec, and entries that were written by it are read.
 */
import { type Codec, ConfigError, defaultCodec, isPlain, requireKnownOptions } from '@stowage/core'
import { InlineFormat } from './inline-format.ts'
import { StoredFormat } from './stored-format.ts'
import type { StructureStore } from './structure.ts'

export interface MsgpackOptions {
  /** Where to keep the structures of objects. Default: nowhere, every body carries its own. */
  readonly structures?: StructureStore
}

const INLINE = 'msgpack'
const STORED = 'msgpack-structures'

/** The largest payload that is written or read. */
const MAX_BODY_BYTES = 128 * 1_048_576

/** @throws ConfigError naming the option, the value and what is allowed; whatever the store throws when it is loaded */
export function msgpackCodec(options: MsgpackOptions = {}): Codec {
  requireKnownOptions('msgpackCodec', options, ['structures'])
  const inline = new InlineFormat()
  const stored = options.structures === undefined ? undefined : new StoredFormat(requireStore(options.structures))
  return {
    name: 'msgpack',
    encode(value) {
      if (!isPlain(value, keepsName)) return defaultCodec.encode(value)
      const body = (stored ?? inline).encode(value)
      if (body === undefined || body.length > MAX_BODY_BYTES) return defaultCodec.encode(value)
      return { format: stored === undefined ? INLINE : STORED, body }
    },
    decode(encoded) {
      const { format, body } = encoded
      if (format !== INLINE && format !== STORED) return defaultCodec.decode(encoded)
      if (typeof body === 'string' || body.length > MAX_BODY_BYTES) {
        throw new TypeError(`a body of ${body.length} is not one of at most ${MAX_BODY_BYTES} bytes`)
      }
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
      if (format === INLINE) return inline.decode(bytes)
      if (stored === undefined) throw new TypeError(`format '${STORED}' needs the option structures`)
      return stored.decode(bytes)
    },
  }
}

/** Names msgpackr would change, or take for its own bookkeeping. */
function keepsName(name: string): boolean {
  return name !== '__proto__' && name !== '__keys__'
}

function requireStore(store: StructureStore): StructureStore {
  if (typeof store?.load !== 'function' || typeof store.append !== 'function') {
    const given = typeof store === 'string' ? `'${String(store)}'` : typeof store
    throw new ConfigError(
      `structures: ${given} is not a store of structures; allowed: fileStructures(path), or an object with load and append`,
    )
  }
  return store
}
