/**
 * Modules of Node that take milliseconds to load, loaded at first use: much that imports core needs them late or never.
 */
import type * as perfHooks from 'node:perf_hooks'
import type * as zlib from 'node:zlib'

let loadedZlib: typeof zlib | undefined

/** node:zlib, for checksums and compression. */
export function zlibModule(): typeof zlib {
  loadedZlib ??= process.getBuiltinModule('node:zlib')
  return loadedZlib
}

/** CRC-32 (ISO 3309) of bytes, or of text as UTF-8; `seed`: that of what came before. */
export function crc32(content: string | Uint8Array, seed?: number): number {
  return zlibModule().crc32(content, seed)
}

/** node:perf_hooks, for histograms. */
export function perfHooksModule(): typeof perfHooks {
  return process.getBuiltinModule('node:perf_hooks')
}
