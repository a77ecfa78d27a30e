/**
 * Small contents that are read again and again, in this process's memory. A hit of one is a single `lstat` instead of open, read, checks
 * and close. No message has to tell of a change: a copy counts while what is at the path is the very file it was read from, with the
 * instants it had then. Whatever is done to a file moves its change time, by the grain of the system's clock; and every write of an entry gives it
 * a modification time of its own (recency.ts).
 *
 * The instants are taken before the bytes are read: what changes in between makes the copy one of a file that never was. Kept is what
 * is read for the third time: what is written nearly as often as it is read would be copied in vain.
 */
import { fstatSync, type Stats } from 'node:fs'
import { ClockMap } from '@stowage/core'
import { type EntryContent, ownContent } from './entry-file.ts'
import { statEntry } from './file-identity.ts'
import { areTimesGiven, isFineInstant } from './recency.ts'

/** What is kept beside a content, and the whole of a note that a key was asked for. */
const NOTE_BYTES = 512
/** Twice what the system's clock goes on by at most; two processes may give the same modification time within. */
const GRAIN_MS = 20
/** Longer bodies spend more on being decoded than on being read. */
const MAX_COPY_BYTES = 32_768

type Version = Pick<Stats, 'ino' | 'mtimeMs' | 'ctimeMs'>

interface Copy {
  readonly content: EntryContent
  readonly version: Version
}

/** A copy, or the identity of the content that was read last: less than zero ({@link readTwice}) when it has been read twice. */
type Note = Copy | number

export class Copies {
  /** By path, the layout's own text: a key may be part of a long one. */
  readonly #notes: ClockMap<Note>

  constructor(maxBytes: number) {
    this.#notes = new ClockMap(maxBytes)
  }

  /** The content of the file as it is now, the caller's own; undefined: the file has to be read. */
  find(path: string): EntryContent | undefined {
    const copy = this.#notes.get(path)
    if (copy === undefined || typeof copy === 'number') return undefined
    if (isSame(copy.version, path)) return ownContent(copy.content)
    this.#notes.set(path, copy.content.prelude.identity, NOTE_BYTES)
    return undefined
  }

  /** To be asked for before the file is read; undefined: the content is not to be kept. */
  versionOf(path: string, descriptor: number): Version | undefined {
    const note = this.#notes.get(path)
    if (typeof note !== 'number' || note >= 0) return undefined
    const version = fstatSync(descriptor)
    return version.size <= MAX_COPY_BYTES && isTelling(version) ? version : undefined
  }

  /** @param version of before the file was read, as {@link versionOf} gave it */
  noteRead(path: string, content: EntryContent, version: Version | undefined): void {
    const { identity } = content.prelude
    const note = this.#notes.get(path)
    if (note === identity) this.#notes.set(path, readTwice(identity), NOTE_BYTES)
    else if (note !== readTwice(identity)) this.#notes.set(path, identity, NOTE_BYTES)
    else if (version !== undefined) {
      const { ino, mtimeMs, ctimeMs } = version
      const bytes = NOTE_BYTES + memoryBytes(content)
      if (!this.#notes.makeRoom(path, bytes)) return
      this.#notes.set(path, { content: ownContent(content), version: { ino, mtimeMs, ctimeMs } }, bytes)
    }
  }
}

/**
 * Whether another write would have other instants: later ones, where the last change is longer ago than the grain of the system's clock. While a file is
 * written in its place both are the system's: what is read then may be of before, and where the writer is killed then, nothing would ever say so.
 */
function isTelling({ mtimeMs, ctimeMs }: Version): boolean {
  return areTimesGiven({ mtimeMs, ctimeMs }) && isFineInstant(mtimeMs) && Date.now() - ctimeMs > GRAIN_MS
}

function readTwice(identity: number): number {
  return -identity
}

/** A text takes two bytes for each character where not all are ASCII. */
function memoryBytes({ prelude: { recordBytes }, encoded: { body } }: EntryContent): number {
  const isWide = typeof body === 'string' && Buffer.byteLength(body) > body.length
  return isWide ? recordBytes + body.length : recordBytes
}

/** Whoever cannot look says no: reading the file tells what is wrong. */
function isSame({ ino, mtimeMs, ctimeMs }: Version, path: string): boolean {
  try {
    const found = statEntry(path)
    return found !== undefined && found.mtimeMs === mtimeMs && found.ctimeMs === ctimeMs && found.ino === ino
  } catch {
    return false
  }
}
