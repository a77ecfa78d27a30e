/**
 * Snapshots: what a cache in memory holds, in a file, for a warm start without another backend.
 *
 * A snapshot must not bring back what was deleted, replaced or invalidated after it was taken (docs/guarantees.md, P2). So
 * it is good for one start: `restore` takes the file away. And whatever contradicts a snapshot that lies ready deletes the
 * file before it is done; take one when the process stops, not every minute.
 */

import { unlink } from 'node:fs/promises'
import {
  type Codec,
  defaultCodec,
  type EntryFacts,
  newEntry,
  packRecord,
  unpackRecord,
  unpackRecordHead,
  yieldToLoop,
} from '@stowage/core'
import { type Change, type ChangeLog, readChange } from './change-log.ts'
import { requirePlace } from './snapshot-place.ts'
import { type NoSnapshot, openSnapshot, type SnapshotReader } from './snapshot-reader.ts'
import { SnapshotWriter } from './snapshot-writer.ts'

export interface SnapshotOptions {
  /** How values become bytes. Default: the default codec. Restore by the codec that was used. */
  readonly codec?: Codec
  /** Ends the work; nothing is left behind. */
  readonly signal?: AbortSignal
  /** Told every few milliseconds how many of how many entries have been dealt with. */
  readonly onProgress?: (doneCount: number, totalCount: number) => void
  /** Entries past their life by then are left out. Default: now. */
  readonly nowMs?: number
}

export interface SnapshotReport {
  readonly entries: number
  /** Entries whose values the codec cannot keep: class instances, functions. */
  readonly unkept: number
}

export interface RestoreReport {
  /** `restored`, or why there was nothing to restore from: the cache starts cold. */
  readonly outcome: 'restored' | NoSnapshot
  readonly entries: number
  /** Entries that were past their life, replaced or invalidated meanwhile, too large, or not readable. */
  readonly leftOut: number
}

export interface LiveEntry {
  readonly key: string
  readonly facts: EntryFacts
  readonly value: unknown
}

/** The cache as a snapshot sees it. */
export interface SnapshotGround {
  readonly entryCount: number
  /** Live entries, each looked at when it is asked for; undefined for a place where none is. */
  live(nowMs: number): Iterable<LiveEntry | undefined>
  /** Stores an entry where its key has none. @returns whether it is stored */
  restore(entry: LiveEntry, nowMs: number): boolean
}

/** Entries between two looks at the event loop: well below 10 ms of work for values of usual size. */
const SLICE_ENTRIES = 200

export async function takeSnapshot(
  ground: SnapshotGround,
  path: string,
  changes: ChangeLog,
  placed: () => void,
  options: SnapshotOptions,
): Promise<SnapshotReport> {
  const { codec = defaultCodec, signal, onProgress, nowMs = Date.now() } = options
  signal?.throwIfAborted()
  await requirePlace(path)
  const writer = await SnapshotWriter.create(path)
  let entries = 0
  let unkept = 0
  let looks = 0
  try {
    for (const live of ground.live(nowMs)) {
      const record = live === undefined ? undefined : recordOf(live, codec)
      if (record !== undefined) entries++
      else if (live !== undefined) unkept++
      if (record !== undefined && writer.add(record)) await writer.flush()
      if (++looks % SLICE_ENTRIES !== 0) continue
      onProgress?.(entries + unkept, ground.entryCount)
      await yieldToLoop()
      signal?.throwIfAborted()
    }
    signal?.throwIfAborted()
    await writer.finish(() => changes.changes(), placed)
  } catch (cause) {
    await writer.abandon()
    throw cause
  }
  return { entries, unkept }
}

function recordOf({ key, facts, value }: LiveEntry, codec: Codec): Uint8Array | undefined {
  try {
    const entry = newEntry(key, { facts, value }, { codec, maxEntryBytes: Number.POSITIVE_INFINITY })
    return packRecord(key, facts, entry.encode())
  } catch {
    return undefined // Counted as unkept.
  }
}

export async function restoreSnapshot(
  ground: SnapshotGround,
  path: string,
  changes: ChangeLog,
  options: SnapshotOptions,
): Promise<RestoreReport> {
  const { codec = defaultCodec, signal, onProgress, nowMs = Date.now() } = options
  signal?.throwIfAborted()
  const reader = await openSnapshot(path)
  if (typeof reader === 'string') return { outcome: reader, entries: 0, leftOut: 0 }
  let entries = 0
  let looks = 0
  try {
    const noted = await changesIn(reader)
    if (noted === undefined) return { outcome: 'damaged', entries: 0, leftOut: 0 }
    for (const change of noted) changes.note(change)
    await unlink(path)
    for await (const record of reader.records()) {
      const live = liveEntryOf(record, codec)
      const isWanted = live !== undefined && !changes.covers(live.key, live.facts.tags)
      if (isWanted && ground.restore(live, nowMs)) entries++
      if (++looks % SLICE_ENTRIES !== 0) continue
      onProgress?.(looks, reader.entryCount)
      await yieldToLoop()
      signal?.throwIfAborted()
    }
  } finally {
    await reader.close()
  }
  return { outcome: 'restored', entries, leftOut: reader.entryCount - entries }
}

/** Undefined where they cannot be read: nobody knows what of the entries is still true. */
async function changesIn(reader: SnapshotReader): Promise<readonly Change[] | undefined> {
  const texts = await reader.changes()
  try {
    return texts?.map(readChange)
  } catch {
    return undefined // Told as damage.
  }
}

function liveEntryOf(record: Buffer, codec: Codec): LiveEntry | undefined {
  const head = unpackRecordHead(record)
  const opened = head === undefined ? undefined : unpackRecord(head.key, record)
  if (head === undefined || opened === undefined) return undefined
  try {
    // A body of bytes is a view into what was read: kept as such it would hold all of that.
    const { format, body } = opened.encoded
    const value = codec.decode({ format, body: typeof body === 'string' ? body : Uint8Array.from(body) })
    return { key: head.key, facts: opened.facts, value }
  } catch {
    return undefined // Counted as left out.
  }
}
