/** Reading what is more than a moment's work: off the event loop, and only so many files at once. */
import { close, fstatSync, read } from 'node:fs'
import { promisify } from 'node:util'
import { MAX_CALL_BYTES } from './call-limit.ts'
import { unpackEntryHead } from './entry-file.ts'
import { openEntry, readBeginning } from './entry-reading.ts'
import type { Store } from './store.ts'

const closeFile = promisify(close)
const readFile = promisify(read)

export interface WholeFile {
  readonly bytes: Buffer
  readonly inode: bigint
}

/** A file that was damaged may be of any length: before so much memory is taken for it, its head has to say the same. */
const SUSPECT_BYTES = 16_777_216

/** All of an entry's file, or the beginning of one that cannot be sound; undefined when there is none any more. */
export async function readWhole({ readGate }: Pick<Store, 'readGate'>, path: string): Promise<WholeFile | undefined> {
  return readGate.pass(async () => {
    const descriptor = openEntry(path)
    if (typeof descriptor !== 'number') return undefined
    try {
      const { size: wholeSize, ino } = fstatSync(descriptor, { bigint: true })
      const size = Number(wholeSize)
      if (size > SUSPECT_BYTES) {
        const beginning = readBeginning(descriptor)
        if (unpackEntryHead(beginning)?.sizeBytes !== size) return { bytes: Buffer.from(beginning), inode: ino }
      }
      const bytes = Buffer.allocUnsafeSlow(size)
      let length = 0
      while (length < size) {
        const wanted = Math.min(size - length, MAX_CALL_BYTES)
        const { bytesRead } = await readFile(descriptor, bytes, length, wanted, length)
        if (bytesRead === 0) break
        length += bytesRead
      }
      return { bytes: bytes.subarray(0, length), inode: ino }
    } finally {
      await closeFile(descriptor)
    }
  })
}
