/** What a file is at this moment, as a short text: for `fingerprint`, so that what was derived from the file is a miss once it has changed. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { oneOf, requireKnownOptions } from '@stowage/core'

export interface FingerprintOptions {
  /**
   * `stat` (default): device, inode, size and the instants of the last change to nanoseconds; costs one system call, and a
   * file that was copied or touched counts as changed. `content`: SHA-256 of all of it.
   */
  readonly by?: 'stat' | 'content'
}

/** @throws what the filesystem throws: a file that is not there has no fingerprint. */
export async function fileFingerprint(path: string, options: FingerprintOptions = {}): Promise<string> {
  requireKnownOptions('fileFingerprint', options, ['by'])
  const by = oneOf('by', options.by ?? 'stat', ['stat', 'content'])
  if (by === 'content') {
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    return `sha256:${hash.digest('hex')}`
  }
  // Changing a file back in time changes ctime all the same.
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  return `stat:${dev}-${ino}-${size}-${mtimeNs}-${ctimeNs}`
}
