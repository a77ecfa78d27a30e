/** Reads the file of a snapshot, once its last bytes have shown that nothing is missing and nothing has changed. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from '@stowage/core'
import {
  CHUNK_BYTES,
  END,
  END_BYTES,
  END_CHANGES_AT,
  END_CHECKSUM_AT,
  FRAME_HEAD_BYTES,
  MAGIC,
  MAX_CALL_BYTES,
} from './snapshot-format.ts'
import { requireFile } from './snapshot-place.ts'

/** Why a file is no snapshot that can be used. */
export type NoSnapshot = 'absent' | 'damaged' | 'unknown version'

interface End {
  readonly entryCount: number
  readonly changesAt: number
  readonly endAt: number
}

export async function openSnapshot(path: string): Promise<SnapshotReader | NoSnapshot> {
  let file: FileHandle
  try {
    // Of a pipe, open waits for who writes into it.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return 'absent'
    throw cause
  }
  try {
    requireFile(path, await file.stat())
    const end = await verifiedEnd(file)
    if (typeof end === 'object') return new SnapshotReader(file, end)
    await file.close()
    return end
  } catch (cause) {
    await file.close()
    throw cause
  }
}

async function verifiedEnd(file: FileHandle): Promise<End | NoSnapshot> {
  const { size } = await file.stat()
  const head = await bytesAt(file, 0, MAGIC.length)
  const nameBytes = MAGIC.length - 1
  if (!head.subarray(0, nameBytes).equals(MAGIC.subarray(0, nameBytes))) return 'damaged'
  if (!head.equals(MAGIC)) return head.length === MAGIC.length ? 'unknown version' : 'damaged'
  const endAt = size - END_BYTES
  if (endAt < MAGIC.length) return 'damaged'
  let checksum = 0
  for (let at = 0; at < size - 4; at += CHUNK_BYTES) {
    checksum = crc32(await bytesAt(file, at, Math.min(CHUNK_BYTES, size - 4 - at)), checksum)
  }
  const end = await bytesAt(file, endAt, END_BYTES)
  if (end.length < END_BYTES || end.readUInt8(0) !== END || end.readUInt32LE(END_CHECKSUM_AT) !== checksum)
    return 'damaged'
  const changesAt = end.readDoubleLE(END_CHANGES_AT)
  // The checksum shows that nothing has changed since, not who wrote it.
  if (!Number.isInteger(changesAt) || changesAt < MAGIC.length || changesAt > endAt) return 'damaged'
  return { entryCount: end.readUInt32LE(1), changesAt, endAt }
}

export class SnapshotReader {
  readonly entryCount: number
  private readonly file: FileHandle
  private readonly end: End

  constructor(file: FileHandle, end: End) {
    this.file = file
    this.end = end
    this.entryCount = end.entryCount
  }

  records(): AsyncGenerator<Buffer> {
    return this.frames(MAGIC.length, this.end.changesAt)
  }

  /** Undefined where they are not all there. */
  async changes(): Promise<readonly string[] | undefined> {
    const { changesAt, endAt } = this.end
    const changes: string[] = []
    let at = changesAt
    for await (const frame of this.frames(changesAt, endAt)) {
      changes.push(frame.toString())
      at += FRAME_HEAD_BYTES + frame.length
    }
    return at === endAt ? changes : undefined
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  /** Up to one that tells of more bytes than there are: memory is not taken for what a file says of itself. */
  private async *frames(from: number, to: number): AsyncGenerator<Buffer> {
    let held: Buffer = Buffer.alloc(0)
    let readTo = from
    const hold = async (count: number) => {
      if (held.length >= count) return
      const more = await bytesAt(this.file, readTo, Math.max(CHUNK_BYTES, count - held.length))
      readTo += more.length
      held = Buffer.concat([held, more])
      if (held.length < count) throw new Error('the file of the snapshot was changed while it was read')
    }
    for (let at = from; at < to; ) {
      await hold(FRAME_HEAD_BYTES)
      const frameBytes = FRAME_HEAD_BYTES + held.readUInt32LE(1)
      if (frameBytes > to - at) return
      await hold(frameBytes)
      yield held.subarray(FRAME_HEAD_BYTES, frameBytes)
      held = held.subarray(frameBytes)
      at += frameBytes
    }
  }
}

/** Fewer than asked for only at the end of the file. */
async function bytesAt(file: FileHandle, position: number, count: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(count)
  let length = 0
  while (length < count) {
    const { bytesRead } = await file.read(bytes, length, Math.min(count - length, MAX_CALL_BYTES), position + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}
