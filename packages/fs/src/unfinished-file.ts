/** A file on its way, written off the event loop. */
import { closeSync, constants, fsync, futimesSync, openSync, write, writev } from 'node:fs'
import { promisify } from 'node:util'
import { MAX_CALL_BYTES } from './call-limit.ts'
import { lengthOf } from './entry-record.ts'
import { NO_FOLLOW } from './open-flags.ts'
import { fileSeconds, nextRankMs } from './recency.ts'

const WRITING: number = constants.O_WRONLY | NO_FOLLOW

const writeTo = promisify(write)
const writeParts = promisify(writev)
const syncFile = promisify(fsync)

export class UnfinishedFile {
  readonly #descriptor: number

  constructor(path: string) {
    this.#descriptor = openSync(path, WRITING)
  }

  /** All of it, from its beginning. */
  async writeWhole(parts: readonly Uint8Array[]): Promise<void> {
    const wanted = lengthOf(parts)
    let done = wanted > MAX_CALL_BYTES ? 0 : (await writeParts(this.#descriptor, parts, 0)).bytesWritten
    let at = 0
    for (const part of parts) {
      const end = at + part.byteLength
      // A disk that is full writes less, and says so when asked once more.
      if (done < end) await this.write(part.subarray(done - at), done)
      done = Math.max(done, end)
      at = end
    }
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    for (let done = 0; done < bytes.byteLength; ) {
      const length = Math.min(bytes.byteLength - done, MAX_CALL_BYTES)
      const { bytesWritten } = await writeTo(this.#descriptor, bytes, done, length, at + done)
      done += bytesWritten
    }
  }

  /** Its times say how long it lives and that it is new. */
  async finish(expireAtMs: number, durability: 'relaxed' | 'strict'): Promise<void> {
    futimesSync(this.#descriptor, fileSeconds(expireAtMs), fileSeconds(nextRankMs()))
    if (durability === 'strict') await syncFile(this.#descriptor)
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}
