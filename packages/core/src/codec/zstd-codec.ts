/**
 * Compression around another codec. A body from `threshold` on is stored as a zstd frame when that makes it smaller; all
 * others stay as the inner codec writes them, so that a store may hold both and compression can be switched on, off and
 * tuned while entries live.
 *
 * The format carries the inner one and whether its body was text: `zstd+json`, `zstd-bytes+buffer`.
 */
import { zlibModule } from '../builtins.ts'
import { ConfigError, describe } from '../errors.ts'
import { type ByteSize, byteCount, requireKnownOptions } from '../limits.ts'
import type { Codec, EncodedBody } from './codec.ts'
import { defaultCodec } from './default-codec.ts'
import { declaredBytes } from './zstd-frame.ts'

export interface ZstdOptions {
  /** Bodies below this stay as they are. Default 8 KiB: what a frame costs by itself is then a small part of the whole. */
  readonly threshold?: ByteSize
  /** 1 (default) to 22. Level 3 takes a sixth longer than 1 and saves a hundredth. */
  readonly level?: number
  /** A body that is larger when decompressed is neither compressed nor read. Default 128 MiB. */
  readonly maxDecodedBytes?: ByteSize
}

const MAX_LEVEL = 22
const TEXT = 'zstd+'
const BYTES = 'zstd-bytes+'

/** Bytes made at a time per stored byte: most content compresses less and is then made in one piece. */
const CHUNK_RATIO = 32
const MIN_CHUNK_BYTES = 16_384

/** @throws ConfigError naming the option, the value and what is allowed */
export function zstdCodec(inner: Codec = defaultCodec, options: ZstdOptions = {}): Codec {
  requireCodec(inner)
  requireKnownOptions('zstdCodec', options, ['threshold', 'level', 'maxDecodedBytes'])
  const threshold = byteCount('threshold', options.threshold ?? '8KiB')
  const maxDecodedBytes = byteCount('maxDecodedBytes', options.maxDecodedBytes ?? '128MiB')
  const { constants, zstdCompressSync } = zlibModule()
  const params = { [constants.ZSTD_c_compressionLevel]: levelOption(options.level ?? 1) }
  return {
    name: `zstd+${inner.name}`,
    encode(value) {
      const plain = inner.encode(value)
      if (plain.body.length < threshold) return plain
      const bytes = bytesOf(plain.body)
      if (bytes.byteLength > maxDecodedBytes) return plain
      const frame = zstdCompressSync(bytes, { params })
      if (frame.byteLength >= bytes.byteLength) return plain
      return { format: (typeof plain.body === 'string' ? TEXT : BYTES) + plain.format, body: frame }
    },
    decode(encoded) {
      const { format, body } = encoded
      if (format.startsWith(TEXT)) {
        return inner.decode({ format: format.slice(TEXT.length), body: decompressed(body, maxDecodedBytes).toString() })
      }
      if (format.startsWith(BYTES)) {
        return inner.decode({ format: format.slice(BYTES.length), body: decompressed(body, maxDecodedBytes) })
      }
      return inner.decode(encoded)
    },
  }
}

/** @throws TypeError when the text has no UTF-8 form */
function bytesOf(body: EncodedBody['body']): Uint8Array {
  if (typeof body !== 'string') return body
  if (!body.isWellFormed()) throw new TypeError('text with a lone surrogate')
  return Buffer.from(body)
}

/** @throws Error when the body is no frame, or larger than the limit by its own account or in truth */
function decompressed(body: EncodedBody['body'], maxDecodedBytes: number): Buffer {
  if (typeof body === 'string') throw new TypeError('a zstd frame as text')
  const declared = declaredBytes(body)
  if (declared > maxDecodedBytes) {
    throw new TypeError(`${declared} bytes when decompressed; maxDecodedBytes is ${maxDecodedBytes}`)
  }
  return zlibModule().zstdDecompressSync(body, {
    maxOutputLength: maxDecodedBytes,
    chunkSize: chunkBytes(declared, body.byteLength),
  })
}

/** All of the content at once, unless few bytes ask for much memory. */
function chunkBytes(declared: number, frameBytes: number): number {
  // One more than declared, or zlib begins another piece to see that there is nothing left.
  return Math.min(Math.max(declared + 1, MIN_CHUNK_BYTES), Math.max(frameBytes * CHUNK_RATIO, MIN_CHUNK_BYTES))
}

function levelOption(level: unknown): number {
  if (typeof level !== 'number' || !Number.isInteger(level) || level < 1 || level > MAX_LEVEL) {
    throw new ConfigError(
      `level: ${describe(level)} is not a level of zstd; allowed: whole numbers from 1 to ${MAX_LEVEL}`,
    )
  }
  return level
}

function requireCodec(inner: Codec): void {
  if (typeof inner?.encode !== 'function' || typeof inner.decode !== 'function') {
    throw new ConfigError(
      `zstdCodec: ${describe(inner)} is not a codec; allowed: an object with name, encode and decode`,
    )
  }
}
