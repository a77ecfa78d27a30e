/**
 * Writing an entry anew in the file that it has, where both fit in one block: a quarter of the price of a new file in its place, which
 * takes two renames. One call writes the whole block, filled up behind the entry: of a part the system would have to read the rest from the
 * disk first, and what is shorter than before would need another call. It puts a page into its memory whole, even for a process that is killed
 * meanwhile. A power cut may leave less: that is damage, and a miss, as the checks are of all of it.
 *
 * Who reads meanwhile may find half of the one and half of the other, which is not sound, and looks again (entry-reading.ts).
 */
import { closeSync, futimesSync, openSync, type Stats, writeSync } from 'node:fs'
import { BLOCK_BYTES } from './entry-file.ts'
import { lengthOf } from './entry-record.ts'
import { fileSeconds, nextRankMs } from './recency.ts'
import { WRITING } from './spares.ts'

/** Filled anew by each write. */
const block: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)

/**
 * Whether a file may be written in its place: one that has another name is somebody's copy as well, and the times of one that is
 * somebody else's cannot be set.
 */
function isOverwritable(found: Stats, fileBytes: number): boolean {
  // Windows has no such numbers.
  const isOwn = found.nlink === 1 && found.uid === (process.geteuid?.() ?? found.uid)
  return isOwn && found.isFile() && found.size <= BLOCK_BYTES && fileBytes <= BLOCK_BYTES
}

/**
 * @param found what is at the path
 * @returns false when it has to be replaced instead, whatever is in it by now
 */
export function overwrite(path: string, found: Stats, parts: readonly Uint8Array[], expireAtMs: number): boolean {
  const descriptor = isOverwritable(found, lengthOf(parts)) ? openToWrite(path) : undefined
  if (descriptor === undefined) return false
  try {
    if (writeSync(descriptor, filled(parts), 0, BLOCK_BYTES, 0) < BLOCK_BYTES) return false
    futimesSync(descriptor, fileSeconds(expireAtMs), fileSeconds(nextRankMs()))
    return true
  } finally {
    closeSync(descriptor)
  }
}

function openToWrite(path: string): number | undefined {
  try {
    return openSync(path, WRITING)
  } catch {
    return undefined // It may be moved aside all the same; where nothing is to be had, that says so.
  }
}

function filled(parts: readonly Uint8Array[]): Buffer {
  let at = 0
  for (const part of parts) {
    block.set(part, at)
    at += part.byteLength
  }
  return block.fill(0, at)
}
