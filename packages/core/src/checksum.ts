/**
 * What shows that stored bytes are the ones written for this key: CRC-32 over everything a read trusts that does not
 * change while the entry lives. The instants are left out, since they may be moved (touch); a read checks their order.
 */
import type { Encoded } from './backend.ts'
import type { EncodedBody } from './codec/codec.ts'
import { crc32 } from './crc32.ts'

interface Guarded {
  readonly tags: readonly string[]
  readonly version: string | undefined
  readonly fingerprint: string | undefined
}

/** CRC-32 (ISO 3309) of the key, the guards, the tags, the format and the body. */
export function checksumOf(key: string, facts: Guarded, encoded: EncodedBody): number {
  return crc32(encoded.body, checksumBefore(key, facts, encoded.format))
}

/** Where the checksum stands before the body: `crc32(part, before)` goes on from it, part by part. */
export function checksumBefore(key: string, facts: Guarded, format: string): number {
  const { version = '', fingerprint = '', tags } = facts
  const plain = tags.length === 0 && version === '' && fingerprint === ''
  return crc32(plain ? `${key}\0${format}` : [key, format, version, fingerprint, ...tags].join('\0'))
}

/** Whether the bytes read for `key` are the ones that were written for it. */
export function isIntact(key: string, facts: Guarded, encoded: Encoded): boolean {
  return checksumOf(key, facts, encoded) === encoded.checksum
}
