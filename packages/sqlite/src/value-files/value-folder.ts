/**
 * The folder beside the database in which large values are, one file each. A file is named by a random number and does not change
 * while its row is there; once that has been dropped, the file is deleted, or written over under another name (spares.ts).
 *
 * Opening is synchronous and the content is not: a file is opened in 15 µs, while each trip to the thread pool takes 40.
 */
import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  read,
  renameSync,
  statSync,
  write,
} from 'node:fs'
import { lstat, opendir, rm, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ConfigError, Gate } from '@stowage/core'
import { isMissing } from '../file-error.ts'
import type { Durability } from '../options.ts'
import { MAX_CALL_BYTES } from './call-limit.ts'
import { folderOf, pathOf } from './file-id.ts'
import type { Spares } from './spares.ts'
import { WriteBuffers } from './write-buffers.ts'

/** Files that are read at once. */
const READ_COUNT = 8
/** Windows has no such flag. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
const WRITING = constants.O_WRONLY | NO_FOLLOW
const FRESH = WRITING | constants.O_CREAT | constants.O_EXCL

const writePart = promisify(write)
const readPart = promisify(read)
const flush = promisify(fdatasync)
const flushFolder = promisify(fsync)

/** Something in the folder. */
export interface FolderEntry {
  readonly path: string
  /** Undefined: not named or placed as a value file is. */
  readonly id: number | undefined
}

export class ValueFolder {
  readonly path: string
  readonly #durability: Durability
  readonly #spares: Spares
  readonly #buffers = new WriteBuffers()
  readonly #readGate = new Gate(READ_COUNT)

  constructor(databasePath: string, durability: Durability, spares: Spares) {
    this.#spares = spares
    this.path = folderOf(databasePath)
    this.#durability = durability
  }

  /** @throws ConfigError when what is there is no folder of this user's. */
  requireOwn(): void {
    const stats = lstatSync(this.path, { throwIfNoEntry: false })
    if (stats === undefined) return
    const uid = process.geteuid?.() ?? 0
    if (stats.isDirectory() && (stats.uid === uid || uid === 0)) return
    throw new ConfigError(
      `path: '${this.path}', where large values are kept, is not a folder of this user's own; allowed: such a folder, or nothing`,
    )
  }

  fileOf(id: number): string {
    return pathOf(this.path, id)
  }

  /** @throws what the filesystem throws, with nothing left behind. */
  write(id: number, body: string | Uint8Array): Promise<void> {
    return this.#buffers.use(body, (bytes) => this.#write(id, bytes))
  }

  async #write(id: number, body: Uint8Array): Promise<void> {
    const path = this.fileOf(id)
    const file = this.#open(path, body.byteLength)
    try {
      for (let at = 0; at < body.byteLength; )
        at += (await writePart(file, body, at, Math.min(body.byteLength - at, MAX_CALL_BYTES))).bytesWritten
      if (this.#durability === 'strict') await flush(file)
    } catch (thrown) {
      await rm(path, { force: true })
      throw thrown
    } finally {
      closeSync(file)
    }
    if (this.#durability === 'strict') await flushName(dirname(path))
  }

  /**
   * The content, which is not `sizeBytes` long where it has been damaged.
   * @returns undefined when there is no such file.
   */
  read(id: number, sizeBytes: number): Promise<Buffer | undefined> {
    return this.#readGate.pass(() => this.#read(id, sizeBytes))
  }

  async #read(id: number, sizeBytes: number): Promise<Buffer | undefined> {
    const file = openToRead(this.fileOf(id))
    if (file === undefined) return undefined
    try {
      // One more than there should be shows that there is too much. What should be there may be damaged itself, and no memory holds it.
      const content = Buffer.allocUnsafeSlow(Math.min(sizeBytes, fstatSync(file).size) + 1)
      let length = 0
      for (let part = -1; part !== 0 && length < content.length; length += part) {
        const wanted = Math.min(content.length - length, MAX_CALL_BYTES)
        part = (await readPart(file, content, length, wanted, null)).bytesRead
      }
      return content.subarray(0, length)
    } finally {
      closeSync(file)
    }
  }

  /** Of a file that nobody has given a second name; undefined: there is none, or it cannot be looked at. */
  sizeOf(id: number): number | undefined {
    try {
      const stats = lstatSync(this.fileOf(id))
      return stats.isFile() && stats.nlink === 1 ? stats.size : undefined
    } catch {
      return undefined
    }
  }

  /** Harmless when it is not there. */
  async remove(id: number): Promise<void> {
    try {
      await unlink(this.fileOf(id))
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown
    }
  }

  async has({ path }: FolderEntry): Promise<boolean> {
    try {
      await lstat(path)
      return true
    } catch (thrown) {
      if (isMissing(thrown)) return false
      throw thrown
    }
  }

  /** Takes out whatever it is. */
  async removeStray({ path }: FolderEntry): Promise<void> {
    // Another check may have done it before, and a folder with values be there.
    await rm(path, { force: true, recursive: path !== this.path })
  }

  /** Where there is no folder, but something else in its place, that is what is there: no large value can be stored. */
  async *entries(): AsyncGenerator<FolderEntry> {
    const found = statSync(this.path, { throwIfNoEntry: false })
    if (found?.isDirectory() !== true && lstatSync(this.path, { throwIfNoEntry: false }) !== undefined) {
      yield { path: this.path, id: undefined }
      return
    }
    for await (const shard of listed(this.path)) {
      const path = join(this.path, shard)
      const isShard = /^[0-9a-f]$/.test(shard) && (await lstat(path)).isDirectory()
      if (!isShard) yield { path, id: undefined }
      else for await (const name of listed(path)) yield this.#entryOf(join(path, name), name)
    }
  }

  #entryOf(path: string, name: string): FolderEntry {
    const id = Number.parseInt(name, 16)
    return { path, id: this.fileOf(id) === path ? id : undefined }
  }

  /** To be written from the beginning to its end. */
  #open(path: string, sizeBytes: number): number {
    return this.#spares.offer(sizeBytes, (id) => reopen(this.fileOf(id), path, sizeBytes)) ?? create(path)
  }
}

function create(path: string): number {
  return inItsFolder(path, () => openSync(path, FRESH, 0o600))
}

function move(from: string, to: string): void {
  inItsFolder(to, () => renameSync(from, to))
}

/** The folder is made where it is missing. */
function inItsFolder<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return run()
  }
}

/**
 * A file under its new name, to be written over. Nobody comes to it by the old one any more. Who has it open by then reads parts of
 * two values, finds that they are none, and looks at the row again (lookup.ts).
 * @returns undefined: it is not there, its new folder is not, or it has a second name, as a backup gives it
 */
function reopen(from: string, to: string, sizeBytes: number): number | undefined {
  let file: number | undefined
  try {
    file = openSync(from, WRITING)
    const { nlink, size } = fstatSync(file)
    if (nlink === 1) {
      move(from, to)
      if (size > sizeBytes) ftruncateSync(file, sizeBytes)
      return file
    }
  } catch {
    // A new file will do, or fails for the same reason.
  }
  if (file !== undefined) closeSync(file)
  return undefined
}

function openToRead(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | NO_FOLLOW)
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}

/** The names of new files are on the disk only when their folders are. */
async function flushName(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  for (const each of [folder, dirname(folder)]) {
    const opened = openSync(each, constants.O_RDONLY)
    try {
      await flushFolder(opened)
    } finally {
      closeSync(opened)
    }
  }
}

async function* listed(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await opendir(folder)) yield name
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
  }
}
