/**
 * Where a Redis server program comes from: the PATH, else the copy unpacked into node_modules, else a stated absence.
 * Finding nothing is an outcome with its reasons, not an exception: whoever asked decides between skipping and failing.
 */
import { unpackDebianRedis } from './debian-redis.ts'
import { findOnPath } from './path-lookup.ts'
import type { ServerBinary } from './server-binary.ts'

export type BinarySearch =
  | { readonly found: true; readonly binary: ServerBinary }
  | { readonly found: false; readonly reasons: readonly string[] }

export interface BinarySources {
  readonly path?: string
  readonly unpack?: () => Promise<ServerBinary>
}

/** Both speak the same protocol and take the same options; where both are installed, Redis is what the docs name. */
const SERVER_NAMES = ['redis-server', 'valkey-server'] as const

export async function findRedisBinary(sources: BinarySources = {}): Promise<BinarySearch> {
  const { path = process.env['PATH'] ?? '', unpack = unpackDebianRedis } = sources
  const command = findOnPath(SERVER_NAMES, path)
  if (command !== undefined) return { found: true, binary: { command } }
  try {
    return { found: true, binary: await unpack() }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { found: false, reasons: [`no ${SERVER_NAMES.join(' or ')} on the PATH`, reason] }
  }
}
