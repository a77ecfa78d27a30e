/** Small files that appear whole or not at all: written under a name nobody can foresee, then renamed. */
import { closeSync, constants, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { randomText } from '@stowage/core'
import { NO_FOLLOW } from './open-flags.ts'

const { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } = constants
const NEW_FILE: number = O_WRONLY | O_CREAT | O_EXCL | NO_FOLLOW

/** A new, private file; never one that is there, never through a link. */
export function createFile(path: string): number {
  return openSync(path, NEW_FILE, 0o600)
}

/** Names that files have until they are whole. */
export function isUnfinished(name: string): boolean {
  return /\.[0-9a-f]{24}\.new$/.test(name)
}

/** `strict`: it is on the disk before this returns. */
export function writeWhole(
  path: string,
  content: string | Uint8Array,
  durability: 'relaxed' | 'strict' = 'relaxed',
): void {
  const temporary = `${path}.${randomText(12, 'hex')}.new`
  const descriptor = createFile(temporary)
  try {
    try {
      writeFileSync(descriptor, content)
      if (durability === 'strict') fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
  } catch (thrown) {
    unlinkSync(temporary)
    throw thrown
  }
  if (durability === 'strict') syncFolder(dirname(path))
}

/** Names are content of their folder. */
export function syncFolder(folder: string): void {
  // Windows cannot open folders, and its file systems log names by themselves.
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, O_RDONLY)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
