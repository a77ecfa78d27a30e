/**
 * Small entries that are read again and again, in this process's memory: a hit of one takes no statement while a moment of the file is known
 * (shared-view.ts), and otherwise the question whether another connection has changed the file. Whatever it was, all are forgotten then, also for
 * a lease or a use that was written down. What this connection writes drops what it may change (transactions.ts); what it has
 * stored under a key that had a copy is the next one.
 *
 * Kept is what is read for the third time: what is written nearly as often as it is read would be copied in vain. Where there is no room
 * left, a newcomer may try to put others out (ClockMap) once in so many reads: each try costs as much as some hits save.
 */
import { ClockMap, type StoredEntry } from '@stowage/core'
import type { EntryState, ValueColumns } from './statements.ts'
import { type BytesEntry, isBody, soundEntry } from './stored-entry.ts'

/** Of a note that a key was asked for, and of what is kept beside the texts and the body of a copy: 180 and 900 measured (2026-11). */
const NOTE_BYTES = 320
const COPY_BYTES = 1_024
/** A text of one character may take two. */
const BYTES_PER_CHARACTER = 2
/** Tags are kept as they were stored, and one by one. */
const BYTES_PER_TAG_CHARACTER = 3
/** Longer bodies spend more on being decoded than on being read. */
const MAX_BODY_LENGTH = 32_768
/** How often a key has been asked for when the next time makes a copy. */
const READ_OFTEN = 2
/** What a try to put others out costs, and what is earned for it: by a hit, and by a read from the file, so that others come when nothing of what is kept is hit. */
const TRY_PRICE = 16
const HIT_GAIN = 4
const READ_GAIN = 1
const MOST_EARNED = 1_024

export interface Copy {
  readonly entry: BytesEntry
  /** Its tag epoch is the one as of which the entry is known to be valid, which rises. */
  state: EntryState
  /** Whether it was an answer since it was kept. */
  isRead: boolean
}

export class Copies {
  readonly #notes: ClockMap<Copy | number>
  #earned = 0

  constructor(maxBytes: number) {
    this.#notes = new ClockMap(maxBytes)
  }

  find(key: string): Copy | undefined {
    const note = this.#notes.get(key)
    return typeof note === 'number' ? undefined : note
  }

  /** The entry of a copy that is still valid, for one caller, who may change bytes that it is given. */
  answer(copy: Copy): StoredEntry {
    copy.isRead = true
    this.#earn(HIT_GAIN)
    return ownEntry(copy.entry)
  }

  /** Notes that the entry was read from the file. @param isOfMoment the moment that the copies are of */
  noteRead(key: string, row: ValueColumns, isOfMoment: boolean): void {
    if (!isSmall(row.body)) return
    this.#earn(READ_GAIN)
    const readCount = this.#notes.get(key) ?? 0
    if (typeof readCount !== 'number') return
    if (readCount === READ_OFTEN) {
      if (isOfMoment) this.keep(key, row)
    } else if (readCount > 0 || this.#makeRoom(key, noteBytes(key))) this.#notes.set(key, readCount + 1, noteBytes(key))
  }

  /** Whether it is read often and has no copy. Within a write it has none: {@link drop} comes first. */
  isReadOften(key: string): boolean {
    return this.#notes.get(key) === READ_OFTEN
  }

  /** As of the moment that the copies are of. */
  keep(key: string, row: ValueColumns): void {
    const { body } = row
    if (!isSmall(body)) return
    const bytes = copyBytes(key, row, body)
    // Before the body is copied and compared with its checksum.
    if (!this.#makeRoom(key, bytes)) return
    const entry = soundEntry(key, row, keptBody(body))
    if (entry === undefined) return
    const { id, tags, tagEpoch, written, expireAtMs } = row
    const state = { id, tags, tagEpoch, written, expireAtMs }
    this.#notes.set(key, { entry, state, isRead: false }, bytes)
  }

  /** What is read again and again will be kept again; what has only been written since it was kept will not. */
  drop(key: string): void {
    const copy = this.find(key)
    if (copy !== undefined) this.#notes.set(key, copy.isRead ? READ_OFTEN : 0, noteBytes(key))
  }

  clear(): void {
    this.#notes.clear()
  }

  #earn(gain: number): void {
    if (this.#earned < MOST_EARNED) this.#earned += gain
  }

  #makeRoom(key: string, bytes: number): boolean {
    if (this.#notes.hasRoom(key, bytes)) return true
    if (this.#earned < TRY_PRICE) return false
    this.#earned -= TRY_PRICE
    return this.#notes.makeRoom(key, bytes)
  }
}

function ownEntry(entry: BytesEntry): StoredEntry {
  const { payload } = entry
  const { body } = payload.encoded
  if (typeof body === 'string') return entry
  return { ...entry, payload: { ...payload, encoded: { ...payload.encoded, body: Buffer.from(body) } } }
}

/** A damaged row may hold anything. */
function isSmall(body: unknown): body is string | Uint8Array {
  return isBody(body) && body.length <= MAX_BODY_LENGTH
}

/** In memory of its own: a part of Node's pool would keep all of that. */
function keptBody(body: string | Uint8Array): string | Uint8Array {
  return typeof body === 'string' ? body : new Uint8Array(body)
}

function noteBytes(key: string): number {
  return NOTE_BYTES + key.length * BYTES_PER_CHARACTER
}

function copyBytes(key: string, { tags, version, fingerprint }: ValueColumns, body: string | Uint8Array): number {
  const texts = key.length + (version?.length ?? 0) + (fingerprint?.length ?? 0)
  const tagBytes = (tags?.length ?? 0) * BYTES_PER_TAG_CHARACTER
  return COPY_BYTES + texts * BYTES_PER_CHARACTER + tagBytes + bodyBytes(body)
}

/** A text takes two bytes for each character where one is not ASCII: more than it does where all are of Latin-1. */
function bodyBytes(body: string | Uint8Array): number {
  const isWide = typeof body === 'string' && Buffer.byteLength(body) > body.length
  return isWide ? body.length * BYTES_PER_CHARACTER : body.length
}
