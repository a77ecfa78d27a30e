/** What is made of a file, kept until the file changes. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Cache, LoadOptions } from '@stowage/core'
import { type FingerprintOptions, fileFingerprint } from './file-fingerprint.ts'

export interface CachedFileOptions extends FingerprintOptions, Omit<LoadOptions, 'fingerprint'> {}

/** A file that changes each time it is looked at is not waited for. */
const MAX_ATTEMPTS = 5

/**
 * `parse` of the file's content, from the cache while the file is what it was. A file that changes while it is being read
 * is read again.
 * @throws what `parse` or the filesystem throws
 */
export async function cachedFile<T>(
  cache: Cache,
  path: string,
  parse: (content: Buffer, path: string) => T | Promise<T>,
  { by, ...options }: CachedFileOptions = {},
): Promise<T> {
  const file = resolve(path)
  const wanted = by === undefined ? {} : { by }
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
    const fingerprint = await fileFingerprint(file, wanted)
    let isStill = true
    const value = await cache.getOrSet<T>(
      ['stowage:file', file],
      async (context) => {
        const content = await readFile(file)
        isStill = (await fileFingerprint(file, wanted)) === fingerprint
        const parsed = await parse(content, file)
        return isStill ? parsed : context.skip(parsed)
      },
      { ...options, fingerprint },
    )
    if (isStill) return value
  }
  throw new Error(`cachedFile: '${file}' changed each of ${MAX_ATTEMPTS} times it was read`)
}
