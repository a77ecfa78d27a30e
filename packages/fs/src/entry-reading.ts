/**
 * Reading entries' files. It is one open, one read and one close, on the calling thread while the file is small: a trip
 * through the thread pool costs ten times as much. What is not a plain file of ours (a link, a folder, a pipe) reads as damage.
 *
 * While an entry is replaced its file has another name for a moment (replacing.ts), so who finds nothing looks there, and then once more.
 * A small file may be written anew while it is looked at (overwriting.ts), or emptied and written again for another entry (spares.ts): what is not sound is looked for
 * anew. Only within the lock, where nothing is being written, is it damage. It may as well be written again for the same entry, and is
 * sound before it is in its place: a reader that took it would be ahead of the others, and of its own next look. So what was written
 * after the file was opened counts only when the file is in its place.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { Copies } from './copies.ts'
import {
  type EntryContent,
  type EntryHead,
  newIdentity,
  ownContent,
  unpackEntry,
  unpackEntryHead,
} from './entry-file.ts'
import { codeOf, isUnreadable } from './file-error.ts'
import { OLD_SUFFIX } from './layout.ts'
import { NO_ATIME, NO_FOLLOW, NO_WAIT } from './open-flags.ts'

const READING: number = constants.O_RDONLY | NO_ATIME | NO_FOLLOW | NO_WAIT
/** Links that are not followed, devices, and files of somebody else. */
const FOREIGN: ReadonlySet<string | undefined> = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'EPERM'])
const NOTHING_TO_READ: ReadonlySet<string | undefined> = new Set(['EISDIR', 'ESPIPE'])
const MAX_LOOKS = 8
/**
 * A reader that is held up may find one replacement under way, and when it looks again the next one. What is there is seen between the two
 * under its other name.
 */
const ENOUGH_ABSENCES = 2

/** What is read in one go; larger files are read off the event loop. */
export const READ_BYTES = 163_840
/** Enough for nearly every head; others are looked at with {@link READ_BYTES}. */
const HEAD_BYTES = 4_096
/** Filled anew by each read: nothing that is kept may be a view into it. */
const buffer: Buffer = Buffer.allocUnsafeSlow(READ_BYTES)

/** There is something at the path that is no file of ours. */
export const FOREIGN_FILE: unique symbol = Symbol('foreign file')

/** A descriptor of the entry's file; undefined when there is none. */
export function openEntry(path: string): number | typeof FOREIGN_FILE | undefined {
  const old = path + OLD_SUFFIX
  let found = openFile(path)
  for (let looks = 1, absences = 0; found === undefined && absences < ENOUGH_ABSENCES && looks < MAX_LOOKS; looks++) {
    found = openReplaced(old)
    if (found !== undefined) break
    // Between the two looks the replacement may have arrived.
    if (existsSync(path)) found = openFile(path)
    else absences++
  }
  return found
}

/** What is being replaced. An empty one is no entry any more. */
function openReplaced(old: string): number | typeof FOREIGN_FILE | undefined {
  const found = existsSync(old) ? openFile(old) : undefined
  if (typeof found !== 'number' || fstatSync(found).size > 0) return found
  closeSync(found)
  return undefined
}

function openFile(path: string): number | typeof FOREIGN_FILE | undefined {
  try {
    return openSync(path, READING)
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (FOREIGN.has(code)) return FOREIGN_FILE
    throw thrown
  }
}

/** The first bytes of a file, good until the next read. Shorter than {@link READ_BYTES}: it is all of it. */
export function readBeginning(descriptor: number, bytes: number = READ_BYTES): Buffer {
  try {
    return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, 0))
  } catch (thrown) {
    // A folder has nothing to read, nor has a pipe at any place in it: they are no entries.
    if (NOTHING_TO_READ.has(codeOf(thrown))) return buffer.subarray(0, 0)
    throw thrown
  }
}

/** What one look at an entry finds: its content, or that there is none, that it is not sound, or too large to be read in one go. */
export type Seen = EntryContent | 'absent' | 'unsound' | 'large'

/**
 * @param copies where a small content may be kept
 * @returns the content of the key's entry, which is the caller's own, as far as looking again can find it
 * @throws what the filesystem throws: what cannot be read now may be readable later
 */
export function readEntry(key: string, path: string, copies?: Copies): Seen {
  for (let looks = 1; ; looks++) {
    const seen = lookAt(key, path, copies)
    if (seen !== 'unsound' || looks === MAX_LOOKS) return seen
  }
}

function lookAt(key: string, path: string, copies: Copies | undefined): Seen {
  const openedAs = newIdentity()
  const descriptor = openEntry(path)
  if (descriptor === undefined) return 'absent'
  if (descriptor === FOREIGN_FILE) return 'unsound'
  try {
    const version = copies?.versionOf(path, descriptor)
    const bytes = readBeginning(descriptor)
    if (bytes.length === READ_BYTES) return 'large'
    const content = unpackEntry(key, bytes)
    if (content === undefined) return 'unsound'
    if (content.prelude.identity >= openedAs && !isInPlace(descriptor, path)) return 'unsound'
    copies?.noteRead(path, content, version)
    return ownContent(content)
  } finally {
    closeSync(descriptor)
  }
}

function isInPlace(descriptor: number, path: string): boolean {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino === fstatSync(descriptor, { bigint: true }).ino
}

/**
 * What the file says before its body; undefined when there is no file, FOREIGN_FILE when what is there is no sound one, or cannot be
 * read: those who come by it on their way must not be stopped by it, and who asks for the entry is told (see {@link readEntry}).
 */
export function readHead(path: string): EntryHead | typeof FOREIGN_FILE | undefined {
  try {
    for (let looks = 1; ; looks++) {
      const head = lookAtHead(path)
      if (head !== FOREIGN_FILE || looks === MAX_LOOKS) return head
    }
  } catch (thrown) {
    if (isUnreadable(thrown)) return FOREIGN_FILE
    throw thrown
  }
}

function lookAtHead(path: string): EntryHead | typeof FOREIGN_FILE | undefined {
  const descriptor = openEntry(path)
  if (typeof descriptor !== 'number') return descriptor
  try {
    return (
      unpackEntryHead(readBeginning(descriptor, HEAD_BYTES)) ??
      unpackEntryHead(readBeginning(descriptor)) ??
      FOREIGN_FILE
    )
  } finally {
    closeSync(descriptor)
  }
}
