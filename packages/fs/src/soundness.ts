/**
 * Whether an entry's file is what was written for its key, all of it: for checks, and for what a crash left. What cannot be read is not.
 */
import { closeSync } from 'node:fs'
import { countedBytes, unpackEntry, unpackEntryHead } from './entry-file.ts'
import { FOREIGN_FILE, openEntry, READ_BYTES, readBeginning } from './entry-reading.ts'
import { isUnreadable } from './file-error.ts'
import { inodeOf, statEntry } from './file-identity.ts'
import { readWhole } from './large-reading.ts'
import type { Layout } from './layout.ts'
import type { Store } from './store.ts'

export type Examined =
  | { readonly isSound: true; readonly bytes: number }
  /** The file, where it is too large to be looked at in one go. */
  | { readonly isSound: false; readonly inode?: bigint }

const UNSOUND: Examined = { isSound: false }

/** Undefined when there is no file. Outside the lock it may be written again while it is looked at, and look unsound. */
export async function examined(store: Store, path: string): Promise<Examined | undefined> {
  const seen = examinedAtOnce(store.layout, path)
  if (seen !== 'large') return seen
  const inode = inodeOf(path)
  if (inode === undefined) return undefined
  try {
    const whole = await readWhole(store, path)
    if (whole === undefined) return undefined
    const { isSound, bytes } = judged(store.layout, path, whole.bytes)
    return isSound ? { isSound, bytes } : { isSound, inode: whole.inode }
  } catch (thrown) {
    if (isUnreadable(thrown)) return { isSound: false, inode }
    throw thrown
  }
}

/** Within the lock: whether it is what was found unsound. */
export function isStillUnsound({ layout }: Store, path: string, { inode }: { readonly inode?: bigint }): boolean {
  const seen = examinedAtOnce(layout, path)
  // Without an entry of that name it is what a crash left, and belongs to none.
  if (seen === undefined || statEntry(path) === undefined) return false
  return seen === 'large' ? inodeOf(path) === inode : !seen.isSound
}

/** Within the lock: whether it is the file of the entry at `path`, under whatever name; of a large one only its head is looked at. */
export function isFileOf(layout: Layout, path: string): boolean {
  const seen = examinedAtOnce(layout, path)
  return seen === 'large' || seen?.isSound === true
}

function examinedAtOnce(layout: Layout, path: string): Examined | 'large' | undefined {
  try {
    return beginningExamined(layout, path)
  } catch (thrown) {
    if (isUnreadable(thrown)) return UNSOUND
    throw thrown
  }
}

function beginningExamined(layout: Layout, path: string): Examined | 'large' | undefined {
  const descriptor = openEntry(path)
  if (descriptor === undefined) return undefined
  if (descriptor === FOREIGN_FILE) return UNSOUND
  try {
    const bytes = readBeginning(descriptor)
    return bytes.length < READ_BYTES ? judged(layout, path, bytes) : 'large'
  } finally {
    closeSync(descriptor)
  }
}

function judged(layout: Layout, path: string, bytes: Buffer): { readonly isSound: boolean; readonly bytes: number } {
  const key = unpackEntryHead(bytes)?.key
  // Under another key's name it is that key's damage.
  const isSound = key !== undefined && layout.placeOf(key).path === path && unpackEntry(key, bytes) !== undefined
  return { isSound, bytes: countedBytes(bytes.length) }
}
