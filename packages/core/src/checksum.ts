/**
 * What shows that stored bytes are the ones written for this key: CRC-32 over everything a read trusts that does not
 * change while the entry lives. The instants are left out, since they may be moved (touch); a read checks their order.
 */
import type { Encoded } from './backend.ts'
import { crc32 } from './builtins.ts'
import type { EncodedBody } from './codec/codec.ts'

interface Guarded {
  readonly tags: readonly string[]
  readonly version: string | undefined
  readonly fingerprint: string | undefined
}

/** CRC-32 (ISO 3309) of the key, the guards, the tags, the format and the body. */
export function checksumOf(key: string, facts: Guarded, encoded: EncodedBody): number {
  const { version = '', fingerprint = '', tags } = facts
  const plain = tags.length === 0 && version === '' && fingerprint === ''
  const head = plain ? `${key}\0${encoded.format}` : [key, encoded.format, version, fingerprint, ...tags].join('\0')
  return crc32(encoded.body, crc32(head))
}

/** Whether the bytes read for `key` are the ones that were written for it. */
export function isIntact(key: string, facts: Guarded, encoded: Encoded): boolean {
  return checksumOf(key, facts, encoded) === encoded.checksum
}
