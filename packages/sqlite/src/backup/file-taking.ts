/**
 * Takes value files into a copy. A value file never changes, so a second name for it will do: it costs no space, and stays when the
 * cache drops its own. Where the copy is on another filesystem, or this one knows no second names, the content is copied.
 */
import { closeSync, constants, copyFileSync, fdatasyncSync, fsyncSync, linkSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { isMissing, isUnlinkable } from '../file-error.ts'
import { folderOf, pathOf } from '../value-files/file-id.ts'

export class FileTaking {
  readonly #from: string
  readonly #to: string
  readonly #folders = new Set<string>()

  /** @param from database of the cache. @param to database of the copy. */
  constructor(from: string, to: string) {
    this.#from = folderOf(from)
    this.#to = folderOf(to)
  }

  /** @returns false when there is no such file. */
  take(id: number): boolean {
    const path = pathOf(this.#to, id)
    this.#prepare(dirname(path))
    try {
      takeOne(pathOf(this.#from, id), path)
    } catch (thrown) {
      if (isMissing(thrown)) return false
      throw thrown
    }
    const file = openSync(path, constants.O_RDWR)
    flush(file, fdatasyncSync)
    return true
  }

  /** The names of what was taken are on the disk. */
  flush(): void {
    if (process.platform === 'win32' || this.#folders.size === 0) return
    for (const folder of [...this.#folders, this.#to, dirname(this.#to)]) {
      flush(openSync(folder, constants.O_RDONLY), fsyncSync)
    }
  }

  #prepare(folder: string): void {
    if (this.#folders.has(folder)) return
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#folders.add(folder)
  }
}

function takeOne(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (thrown) {
    if (!isUnlinkable(thrown)) throw thrown
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  }
}

function flush(file: number, how: (file: number) => void): void {
  try {
    how(file)
  } finally {
    closeSync(file)
  }
}
