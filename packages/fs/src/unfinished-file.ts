/** A file on its way, written off the event loop. */
import { closeSync, constants, fsync, futimesSync, openSync, write } from 'node:fs'
import { promisify } from 'node:util'
import { fileSeconds, nextRankMs } from './recency.ts'

const WRITING: number = constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0)

const writeTo = promisify(write)
const syncFile = promisify(fsync)

export class UnfinishedFile {
  readonly #descriptor: number

  constructor(path: string) {
    this.#descriptor = openSync(path, WRITING)
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    for (let done = 0; done < bytes.byteLength; ) {
      const { bytesWritten } = await writeTo(this.#descriptor, bytes, done, bytes.byteLength - done, at + done)
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
