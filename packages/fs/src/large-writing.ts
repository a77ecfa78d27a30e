/**
 * Storing what is too large to be written within the lock, and everything that has to reach the disk before it is answered.
 * Three parts: a step that takes the write's place among all writes and sets room aside; the file, written off the event loop;
 * a step that puts it where it belongs.
 *
 * The first step voids the key's leases and takes one. What replaces, deletes or invalidates the key while the file is written
 * voids that in turn, from any process, and the late file gives way: the write is answered `stored`, as it was, for a moment. A
 * write that has been overtaken in this process before its file was begun writes none.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, constants, existsSync, fsync, futimesSync, openSync, unlinkSync, write } from 'node:fs'
import { promisify } from 'node:util'
import type { WriteOutcome } from '@stowage/core'
import { MAX_ATTEMPTS, withDiskSpace } from './disk-space.ts'
import { syncShard } from './disk-sync.ts'
import { countedBytes, newIdentity, PRELUDE_BYTES, packPrelude } from './entry-file.ts'
import { takeOut, voidLeases } from './entry-steps.ts'
import { isNoSpace } from './file-error.ts'
import type { Stamp } from './marks.ts'
import { fileSeconds, nextRankMs } from './recency.ts'
import { ensureSure } from './recount.ts'
import { replaceEntry, statEntry } from './replacing.ts'
import { makeRoom, relieveDisk } from './room.ts'
import type { Turn } from './sections.ts'
import type { Store } from './store.ts'
import { createInShard, fileBytesOf, refusal, type Writing } from './storing.ts'

const WRITING: number = constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0)

const writeTo = promisify(write)
const syncFile = promisify(fsync)

/** The longest that a file may take: who is slower has been overtaken. */
const WRITE_LEASE_MS = 3_600_000

/** A write that has its place and its room. */
interface Begun {
  readonly token: string
  /** As of when it is true: what is invalidated while it is written covers it. */
  readonly stamp: Stamp
  readonly temp: string
  readonly bytes: number
}

export async function storeLarge(store: Store, writing: Writing): Promise<WriteOutcome> {
  const { sections, writeGate, latestWrites } = store
  const { place, nowMs } = writing
  const begun = await sections.run(place.shard, nowMs, (turn) => begin(store, turn, writing))
  if (typeof begun === 'string') return begun
  latestWrites.set(place.path, begun.token)
  try {
    return await writeGate.pass(async () => {
      const isLatest = latestWrites.get(place.path) === begun.token
      if (isLatest) await writeFile(store, writing, begun)
      const outcome = await sections.run(place.shard, nowMs, (turn) => finish(store, turn, writing, begun))
      if (isLatest) await syncShard(store, place.shard)
      return outcome
    })
  } catch (thrown) {
    await sections.run(place.shard, nowMs, (turn) => giveUp(turn, writing, begun))
    throw thrown
  } finally {
    if (latestWrites.get(place.path) === begun.token) latestWrites.delete(place.path)
  }
}

function begin(store: Store, turn: Turn, writing: Writing): Begun | Exclude<WriteOutcome, 'stored'> {
  const refused = refusal(store, turn, writing)
  if (refused !== undefined) return refused
  const { key, place, nowMs } = writing
  const fileBytes = fileBytesOf(writing)
  const bytes = countedBytes(fileBytes)
  if (!setAside(store, turn, writing, bytes)) return 'admission'
  const token = randomUUID()
  const temp = store.layout.tempPath(place.shard, fileBytes, store.holderId)
  // There from now on, so that whoever counts finds what was set aside; but not open: many may wait to be written.
  withDiskSpace(store, turn, { bytes, sparePath: place.path, nowMs }, () =>
    closeSync(createInShard(store, place, temp)),
  )
  turn.counts.add(place.shard, { tempBytes: bytes })
  turn.emit({ k: 'take', lease: [key, token, 0, turn.marks.epoch, nowMs + WRITE_LEASE_MS] })
  const { generation, epoch } = turn.marks
  return {
    token,
    stamp: { generation, epoch },
    temp,
    bytes,
  }
}

/** Room for both the older value and the new one; where there is none, the older leaves first. */
function setAside(store: Store, turn: Turn, { place, nowMs }: Writing, bytes: number): boolean {
  const need = { entryCount: 0, bytes, sparePath: place.path }
  if (makeRoom(store, turn, need, nowMs)) return true
  return takeOut(store, turn, place) && makeRoom(store, turn, need, nowMs)
}

/** On a full disk, others leave for it. */
async function writeFile(store: Store, writing: Writing, begun: Begun): Promise<void> {
  const { place, nowMs } = writing
  for (let attempts = 1; ; attempts++) {
    try {
      await writeOnce(store, writing, begun)
      return
    } catch (thrown) {
      if (!isNoSpace(thrown) || attempts === MAX_ATTEMPTS) throw thrown
      const need = { bytes: begun.bytes, sparePath: place.path }
      if (!(await store.sections.run(place.shard, nowMs, (turn) => relieveDisk(store, turn, need, nowMs)))) throw thrown
    }
  }
}

async function writeOnce(store: Store, writing: Writing, { temp, stamp }: Begun): Promise<void> {
  const { facts, record } = writing
  const descriptor = openSync(temp, WRITING)
  try {
    await writeAll(descriptor, packPrelude({ ...stamp, identity: newIdentity() }), 0)
    await writeAll(descriptor, record, PRELUDE_BYTES)
    futimesSync(descriptor, fileSeconds(facts.expireAtMs), fileSeconds(nextRankMs()))
    if (store.plan.durability === 'strict') await syncFile(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

async function writeAll(descriptor: number, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await writeTo(descriptor, bytes, done, bytes.byteLength - done, at + done)
    done += bytesWritten
  }
}

function finish(store: Store, turn: Turn, writing: Writing, begun: Begun): WriteOutcome {
  const { key, place } = writing
  const { marks, counts } = turn
  ensureSure(store, turn, place.shard)
  if (marks.leases.of(key, begun.token) === undefined) {
    giveUp(turn, writing, begun)
    return 'stored'
  }
  const found = statEntry(place.path)
  const isNew = found === undefined ? 1 : 0
  if (!makeRoom(store, turn, { entryCount: isNew, bytes: 0, sparePath: place.path }, writing.nowMs)) {
    giveUp(turn, writing, begun)
    return 'admission'
  }
  replaceEntry(place.path, found, begun.temp)
  voidLeases(turn, key)
  const foundBytes = found === undefined ? 0 : countedBytes(found.size)
  counts.add(place.shard, { entryCount: isNew, entryBytes: begun.bytes - foundBytes, tempBytes: -begun.bytes })
  return 'stored'
}

/** The file goes, and the room that was set aside. */
function giveUp({ marks, counts, emit }: Turn, { key, place }: Writing, { token, temp, bytes }: Begun): void {
  if (existsSync(temp)) unlinkSync(temp)
  counts.add(place.shard, { tempBytes: -bytes })
  if (marks.leases.of(key, token) !== undefined) emit({ k: 'drop', key, token })
}
