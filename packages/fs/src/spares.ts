/**
 * Files of replaced and removed entries that are written again, instead of being deleted while new ones are made: making and deleting
 * files is most of the price of a small entry, and on ext4 without a journal it grows with the number deleted of late.
 *
 * A spare keeps the name it got when it was moved aside, `<name>.old`, and is emptied at once: it takes no bytes of the disk, no
 * power cut can bring back what it held, and whoever finds it knows it for what it is. So it may vanish at any moment, and any holder
 * of the lock may take it. Readers that had it open before find bytes of no entry or of another one, and look again (entry-reading.ts);
 * files that are read in more than one go are never used again.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, type Stats, unlinkSync } from 'node:fs'
import { READ_BYTES } from './entry-reading.ts'
import { codeOf } from './file-error.ts'
import { NO_FOLLOW, NO_WAIT } from './open-flags.ts'

/** What is there already; it may be a pipe by now. */
export const WRITING: number = constants.O_WRONLY | NO_FOLLOW | NO_WAIT
const NO_SPARE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR'])
/** A replacement takes one and leaves one. */
const MAX_SPARES = 4

export interface SpareFile {
  readonly path: string
  readonly descriptor: number
}

export class Spares {
  readonly #paths = new Set<string>()

  get isFull(): boolean {
    return this.#paths.size >= MAX_SPARES
  }

  get isEmpty(): boolean {
    return this.#paths.size === 0
  }

  /**
   * An empty file, open to be written; undefined when there is none.
   * @param preferred the one whose name is about to be needed
   */
  take(preferred: string): SpareFile | undefined {
    for (const path of this.#paths.has(preferred) ? [preferred] : this.#paths) {
      this.#paths.delete(path)
      const descriptor = openSpare(path)
      if (descriptor !== undefined) return { path, descriptor }
    }
    return undefined
  }

  /** @param found what the entry was before it was moved to `path` */
  keep(path: string, found: Stats): void {
    let isEmptied = false
    try {
      isEmptied = !this.isFull && isReusable(found) && empty(path)
    } finally {
      if (!isEmptied) unlinkSync(path)
    }
    if (isEmptied) this.#paths.add(path)
  }

  /** Gives all of them up. @returns whether there were any */
  drop(): boolean {
    const paths = [...this.#paths]
    this.#paths.clear()
    for (const path of paths) {
      const descriptor = openSpare(path)
      if (descriptor === undefined) continue
      closeSync(descriptor)
      unlinkSync(path)
    }
    return paths.length > 0
  }
}

/** Whether nobody can hold on to the file but for the moment of one read. */
export function isReusable(found: Stats): boolean {
  return found.isFile() && found.nlink === 1 && found.size < READ_BYTES
}

function openSpare(path: string): number | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, WRITING)
  } catch (thrown) {
    if (NO_SPARE.has(codeOf(thrown))) return undefined
    throw thrown
  }
  // Since it was kept, a replacement may have been cut short here: then it is what the entry was.
  const found = fstatSync(descriptor)
  if (found.isFile() && found.size === 0 && found.nlink === 1) return descriptor
  closeSync(descriptor)
  return undefined
}

/** Unless somebody has given it another name before it was moved here, where nobody looks for it. */
function empty(path: string): boolean {
  const descriptor = openSync(path, WRITING)
  try {
    if (fstatSync(descriptor).nlink > 1) return false
    ftruncateSync(descriptor, 0)
    return true
  } finally {
    closeSync(descriptor)
  }
}
