/**
 * Where a backup is made: a folder of its own beside the target, from which it moves to the names asked for when it is whole. The
 * database of the first shard comes last: until it is there, there is no cache at the target. Nothing that exists is replaced.
 */
import { existsSync } from 'node:fs'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf, isUnlinkable } from '../file-error.ts'
import { shardPath } from '../shard-plan.ts'
import { spacesPath } from '../spaces/space-file.ts'
import { folderOf } from '../value-files/file-id.ts'
import type { FileCopy } from './copy.ts'
import { refused, taken } from './place.ts'

/** What the system says where it can be asked for no more than another folder. */
const UNWRITABLE: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR'])
const EXISTING: ReadonlySet<string | undefined> = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR'])

export class Staging {
  /** In the order of the shards, and last the spaces beside the first, where there are some. */
  readonly copies: readonly FileCopy[]
  readonly #folder: string
  readonly #target: string

  private constructor(target: string, folder: string, sources: readonly string[]) {
    this.#target = target
    this.#folder = folder
    const staged = join(folder, basename(target))
    const shards = sources.map((from, index) => ({ holds: 'cache' as const, from, to: shardPath(staged, index) }))
    const spaces = sources.slice(0, 1).map(spacesPath).filter(existsSync)
    this.copies = [...shards, ...spaces.map((from) => ({ holds: 'spaces' as const, from, to: spacesPath(staged) }))]
  }

  /** @throws ConfigError when nothing can be written there. */
  static async open(target: string, sources: readonly string[]): Promise<Staging> {
    const folder = `${target}.partial-${crypto.randomUUID()}`
    try {
      await mkdir(folder, { mode: 0o700 })
    } catch (thrown) {
      if (UNWRITABLE.has(codeOf(thrown))) throw refused(target, 'lies in a folder that cannot be written to', thrown)
      throw thrown
    }
    return new Staging(target, folder, sources)
  }

  /** @throws ConfigError when something has come to be there meanwhile; nothing of the copy is left there then. */
  async publish(): Promise<void> {
    const moved: string[] = []
    try {
      for (const { to } of this.copies.toReversed()) {
        const path = join(dirname(this.#target), basename(to))
        if (existsSync(folderOf(to))) {
          await this.#move(folderOf(path), () => rename(folderOf(to), folderOf(path)))
          moved.push(folderOf(path))
        }
        await this.#move(path, () => give(to, path))
        moved.push(path)
      }
    } catch (thrown) {
      for (const path of moved) await rm(path, { recursive: true, force: true })
      throw thrown
    }
  }

  /** Takes out what is left of it. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
    await flushFolder(dirname(this.#folder))
  }

  async #move(path: string, move: () => Promise<void>): Promise<void> {
    try {
      await move()
    } catch (thrown) {
      throw EXISTING.has(codeOf(thrown)) ? taken(this.#target, path) : thrown
    }
  }
}

/** Where there is a file of that name, a new link fails; a rename would replace it. */
async function give(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (thrown) {
    if (!isUnlinkable(thrown)) throw thrown
    await giveAway(from, to)
  }
}

/** For disks on which a file has one name (FAT): what the rename replaces is known to be of this backup. */
async function giveAway(from: string, to: string): Promise<void> {
  await (await open(to, 'wx', 0o600)).close()
  try {
    await rename(from, to)
  } catch (thrown) {
    await rm(to, { force: true })
    throw thrown
  }
}

/** New names are on the disk only when their folder is. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
