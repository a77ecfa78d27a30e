/** Writes the file of a snapshot: under another name, synchronized, then renamed. It is there whole or not at all. */
import { constants, renameSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from '@stowage/core'
import type { Change } from './change-log.ts'
import { clearDrafts, newDraft } from './drafts.ts'
import {
  CHANGE,
  CHUNK_BYTES,
  END,
  END_BYTES,
  END_CHANGES_AT,
  END_CHECKSUM_AT,
  ENTRY,
  FRAME_HEAD_BYTES,
  MAGIC,
  MAX_CALL_BYTES,
} from './snapshot-format.ts'

export class SnapshotWriter {
  private readonly file: FileHandle
  private readonly path: string
  private readonly draftPath: string
  private waiting: Uint8Array[] = []
  private waitingBytes = 0
  private addedBytes = 0
  private fileBytes = 0
  private entryCount = 0
  private checksum = 0

  private constructor(file: FileHandle, path: string, draftPath: string) {
    this.file = file
    this.path = path
    this.draftPath = draftPath
    this.take(MAGIC)
  }

  static async create(path: string): Promise<SnapshotWriter> {
    await clearDrafts(path)
    const draftPath = newDraft(path)
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    return new SnapshotWriter(await open(draftPath, flags, 0o600), path, draftPath)
  }

  /** @returns whether so much is waiting that it is time to {@link flush} */
  add(record: Uint8Array): boolean {
    this.entryCount++
    this.takeFrame(ENTRY, record)
    return this.waitingBytes >= CHUNK_BYTES
  }

  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.waiting)
    this.waiting = []
    this.waitingBytes = 0
    this.checksum = crc32(bytes, this.checksum)
    await this.write(bytes)
  }

  /**
   * Completes the file and puts it in its place. What changes while the last bytes are on their way is written too: nothing
   * comes between the last look at `changes` and the call of `placed`.
   */
  async finish(changes: () => readonly Change[], placed: () => void): Promise<void> {
    await this.flush()
    const changesAt = this.addedBytes
    const checksum = this.checksum
    for (;;) {
      const written = changes().length
      for (const change of changes()) this.takeFrame(CHANGE, Buffer.from(JSON.stringify(change)))
      await this.writeEnd(changesAt)
      if (changes().length === written) break
      await this.file.truncate(changesAt)
      this.addedBytes = changesAt
      this.fileBytes = changesAt
      this.checksum = checksum
    }
    renameSync(this.draftPath, this.path)
    placed()
    await this.file.close()
    await synchronizeFolder(dirname(this.path))
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.file.close()
    await rm(this.draftPath, { force: true })
  }

  private async writeEnd(changesAt: number): Promise<void> {
    const end = Buffer.alloc(END_BYTES)
    end.writeUInt8(END, 0)
    end.writeUInt32LE(this.entryCount, 1)
    end.writeDoubleLE(changesAt, END_CHANGES_AT)
    this.take(end.subarray(0, END_CHECKSUM_AT))
    await this.flush()
    end.writeUInt32LE(this.checksum, END_CHECKSUM_AT)
    await this.write(end.subarray(END_CHECKSUM_AT))
    await this.file.sync()
  }

  private takeFrame(kind: number, bytes: Uint8Array): void {
    const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES)
    head.writeUInt8(kind, 0)
    head.writeUInt32LE(bytes.length, 1)
    this.take(head)
    this.take(bytes)
  }

  private take(bytes: Uint8Array): void {
    this.waiting.push(bytes)
    this.waitingBytes += bytes.length
    this.addedBytes += bytes.length
  }

  /** One call of the system may write less than it was given. */
  private async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const length = Math.min(bytes.length - at, MAX_CALL_BYTES)
      const { bytesWritten } = await this.file.write(bytes, at, length, this.fileBytes)
      at += bytesWritten
      this.fileBytes += bytesWritten
    }
  }
}

async function synchronizeFolder(path: string): Promise<void> {
  // Windows cannot open folders, and its filesystems log names by themselves.
  if (process.platform === 'win32') return
  const folder = await open(path, constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
