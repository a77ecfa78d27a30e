/**
 * Storing one entry within the lock, for values that are written there in less than a moment: in its place, or in a file under another
 * name, then its own.
 */
import { closeSync, futimesSync, renameSync, writeFileSync, writevSync } from 'node:fs'
import type { EntryFacts, Lease, WriteOutcome } from '@stowage/core'
import { withDiskSpace } from './disk-space.ts'
import { countedBytes, newIdentity, PRELUDE_BYTES, packPrelude } from './entry-file.ts'
import { type EntryRecord, lengthOf } from './entry-record.ts'
import { holds, takeOut, voidLeases } from './entry-steps.ts'
import { isMissing, isTooLong } from './file-error.ts'
import { statEntry } from './file-identity.ts'
import { type Turn, UNFINISHED, type Unfinished } from './holding.ts'
import { OLD_SUFFIX, type Place } from './layout.ts'
import { overwrite } from './overwriting.ts'
import { fileSeconds, nextRankMs } from './recency.ts'
import { ensureSure } from './recount.ts'
import { makeFolder, removeAnything, replaceEntry } from './replacing.ts'
import { makeRoom } from './room.ts'
import type { SpareFile } from './spares.ts'
import type { Store } from './store.ts'
import { createFile } from './whole-file.ts'

/** An entry on its way to its file. */
export interface Arrival {
  readonly key: string
  readonly place: Place
  readonly facts: EntryFacts
  /** The caller's own limit. */
  readonly maxBytes: number
  readonly nowMs: number
  readonly lease: Lease | undefined
}

/** An entry with all of its bytes. */
export interface Writing extends Arrival {
  /** The file without its prelude. */
  readonly record: EntryRecord
}

export function fileBytesOf({ record }: Pick<Writing, 'record'>): number {
  return PRELUDE_BYTES + lengthOf(record)
}

/** The most that an entry may be counted as. */
export function largestBytes({ plan }: Pick<Store, 'plan'>, { maxBytes }: Pick<Arrival, 'maxBytes'>): number {
  return Math.min(maxBytes, plan.maxBytes)
}

/** Why the entry is not stored; undefined: it may be, and `overtake` has said who may not write the key any more. */
export function refusal(
  store: Store,
  turn: Turn,
  arrival: Arrival,
  bytes: number,
  overtake: (turn: Turn, key: string) => void = voidLeases,
): Exclude<WriteOutcome, 'stored'> | undefined {
  const { key, place, facts, nowMs, lease } = arrival
  if (lease !== undefined && !holds(turn, lease, key, facts.tags, nowMs)) return 'superseded'
  if (facts.expireAtMs <= nowMs) return 'elapsed'
  const isTooLarge = bytes > largestBytes(store, arrival)
  if (isTooLarge) voidLeases(turn, key)
  else overtake(turn, key)
  ensureSure(store, turn, place.shard)
  if (!isTooLarge) return undefined
  takeOut(store, turn, place)
  return 'too-large'
}

/** What is left of a write when a later one of the key follows at once: it was there, for a moment. */
export function storeNone(store: Store, turn: Turn, writing: Writing): WriteOutcome {
  return refusal(store, turn, writing, countedBytes(fileBytesOf(writing))) ?? 'stored'
}

export function storeSmall(store: Store, turn: Turn, writing: Writing): WriteOutcome | Unfinished {
  const fileBytes = fileBytesOf(writing)
  const bytes = countedBytes(fileBytes)
  const refused = refusal(store, turn, writing, bytes)
  if (refused !== undefined) return refused
  const { place, nowMs, record, facts } = writing
  const found = statEntry(place.path)
  const foundBytes = found === undefined ? 0 : countedBytes(found.size)
  const isNew = found === undefined ? 1 : 0
  const room = makeRoom(store, turn, { entryCount: isNew, bytes: bytes - foundBytes, keptPath: place.path }, nowMs)
  if (room === 'partly') return UNFINISHED
  if (room === 'refused') {
    takeOut(store, turn, place)
    return 'admission'
  }
  const { generation, epoch } = turn.marks
  const prelude = packPrelude(
    { generation, epoch, identity: newIdentity(), recordBytes: fileBytes - PRELUDE_BYTES },
    record[0],
  )
  try {
    withDiskSpace(store, turn, { bytes, keptPath: place.path, nowMs }, () => {
      if (found !== undefined && overwrite(place.path, found, [prelude, ...record], facts.expireAtMs)) return
      const { path, descriptor } = fileToWrite(store, writing)
      try {
        writeSmall(store, descriptor, prelude, writing)
        replaceEntry(place.path, found, path, store.spares)
      } catch (thrown) {
        removeAnything(path)
        throw thrown
      }
    })
  } catch (thrown) {
    if (!isTooLong(thrown)) throw thrown
    takeOut(store, turn, place)
    return 'too-large'
  }
  turn.counts.add(place.shard, { entryCount: isNew, entryBytes: bytes - foundBytes })
  turn.stored(place.path)
  return 'stored'
}

/** An empty file that is nobody's. */
function fileToWrite(store: Store, writing: Writing): SpareFile {
  const { layout, holderId, spares } = store
  const { place } = writing
  const old = place.path + OLD_SUFFIX
  const spare = spares.take(old)
  if (spare !== undefined && spare.path !== old) return spare
  const path = layout.tempPath(place.shard, fileBytesOf(writing), holderId)
  if (spare === undefined) return { path, descriptor: createInShard(store, place, path) }
  // What is replaced now gets that very name.
  renameSync(old, path)
  return { path, descriptor: spare.descriptor }
}

function writeSmall({ pace }: Store, descriptor: number, prelude: Uint8Array, { facts, record }: Writing): void {
  try {
    const sinceMs = performance.now()
    const fileBytes = writeAll(descriptor, [prelude, ...record])
    pace.note(fileBytes, performance.now() - sinceMs)
    futimesSync(descriptor, fileSeconds(facts.expireAtMs), fileSeconds(nextRankMs()))
  } finally {
    closeSync(descriptor)
  }
}

/** A new file beside the entry; its folder is made with the first one. */
export function createInShard({ layout }: Pick<Store, 'layout'>, { shard }: Place, path: string): number {
  try {
    return createFile(path)
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
    makeFolder(layout.shardFolder(shard))
    return createFile(path)
  }
}

/** @returns how many bytes there are */
function writeAll(descriptor: number, parts: readonly Uint8Array[]): number {
  const written = writevSync(descriptor, parts)
  const wanted = lengthOf(parts)
  // Why it wrote less, a full disk or a limit on the length of files, the system says when it is asked for the rest.
  if (written < wanted) writeFileSync(descriptor, Buffer.concat(parts).subarray(written))
  return wanted
}
