/**
 * Storing a value as a file. Three steps: a transaction in which the write takes its place among all writes, makes room
 * and registers the file; the file itself, off the loop; a transaction in which the row comes to name it.
 *
 * The first step voids the leases of loads, and takes one for the write if it came without, behind those of the writes that are under
 * way. Whatever deletes, replaces or invalidates the key from then on voids that in turn, and the write is answered as stored and
 * superseded at once: what was asked for later stays, in this process and in others. One that has only taken its place voids
 * nothing: until it is there, if it ever is, what came before it is what there is. What the process crashed in the midst of is a pending row, and
 * perhaps a file, for a sweep to take out.
 */
import type { Lease, WriteOutcome } from '@stowage/core'
import { entrySizeBytes } from '../entry-size.ts'
import { makeRoom, type Need } from '../eviction.ts'
import { isTooLong } from '../file-error.ts'
import { releaseLease, takeLease, voidBefore, voidLeases, voidLoads, WRITE } from '../leases.ts'
import { removeFound } from '../removal.ts'
import { rowBytes } from '../space.ts'
import type { Store } from '../store.ts'
import { epochOf, isTooLarge, refuse, storeEntry } from '../storing.ts'
import type { Turn } from '../turn.ts'
import type { Writing } from '../writing.ts'
import { holdBody } from './buffer-pool.ts'
import { newFileId } from './file-id.ts'
import { isInTheWay, makeWay } from './large-room.ts'

/**
 * Longer than a pending row is left alone (file-sweep.ts): a write whose row is still there has its lease, unless it was voided. No write
 * takes a day, but a clock may be set forward by hours meanwhile; of a process that was killed it is what is left.
 */
const LEASE_MS = 86_400_000
/** How often a sweep may take a write's pending row away. */
const ATTEMPT_COUNT = 5

/** A registered file, and what the write is to be answered when it is superseded meanwhile. */
interface Place {
  readonly fileId: number
  readonly lease: Lease
  readonly isOwnLease: boolean
  /** What room is to be made for before the file is written; undefined: there is room. */
  readonly missing: Need | undefined
}

export async function storeLarge(store: Store, asked: Writing): Promise<WriteOutcome> {
  const { body, release } = holdBody(asked.encoded.body)
  try {
    return await storeHeld(store, { ...asked, encoded: { ...asked.encoded, body } })
  } finally {
    release()
  }
}

async function storeHeld(store: Store, writing: Writing): Promise<WriteOutcome> {
  // The place among all writes is that of the first attempt, whatever a sweep does.
  let held: Lease | undefined
  for (let attempt = 0; attempt < ATTEMPT_COUNT; attempt++) {
    const under = held
    const place = await store.transactions.finish((turn) => reserve(store, turn, writing, under), writing.key)
    if (typeof place === 'string') return place
    try {
      if (place.missing !== undefined) await makeWay(store, writing.nowMs, place.missing)
      await store.files.folder.write(place.fileId, writing.encoded.body)
      const outcome = await store.transactions.finish((turn) => commit(store, turn, writing, place), writing.key)
      if (outcome !== 'lost') return outcome
      if (place.isOwnLease) held = place.lease
    } catch (thrown) {
      if (!isTooLong(thrown)) await abandon(store, place, thrown)
      return store.transactions.finish((turn) => refuseTooLong(store, turn, writing, place), writing.key)
    }
  }
  const left = held
  if (left !== undefined) await store.transactions.finish((turn) => releaseLease(store, turn, left))
  throw new Error('the file of a large value was taken for a leftover several times')
}

/** @param held the write's own lease, of an earlier attempt. */
function reserve(store: Store, turn: Turn, writing: Writing, held: Lease | undefined): Place | WriteOutcome {
  const { key, entry, encoded, nowMs } = writing
  const under = writing.lease ?? held
  store.files.forgetGone()
  if (epochOf(store, turn, { ...writing, lease: under }) === undefined) {
    if (held === undefined) return 'superseded'
    endLate(store, turn, key, held)
    return 'stored'
  }
  if (entry.facts.expireAtMs <= nowMs) {
    if (held !== undefined) releaseLease(store, turn, held)
    return 'elapsed'
  }
  voidLoads(store, turn, key, under)
  const old = store.statements.findEntry.get(key)
  const sizeBytes = entrySizeBytes(key, entry.facts, encoded)
  if (isTooLarge(store, entry, sizeBytes)) {
    voidLeases(store, turn, key)
    return refuse(store, turn, old, 'too-large')
  }
  const lease = under ?? takeLease(store, turn, { key, mode: WRITE, lengthMs: LEASE_MS, nowMs })
  // There are as many as there may be. Without one nothing would tell that the write has been overtaken.
  if (lease === undefined) {
    voidLeases(store, turn, key)
    return refuse(store, turn, old, 'admission')
  }
  // The old value stays until the new one is there, if there is room for both.
  const bodyBytes = Buffer.byteLength(encoded.body)
  const diskBytes = bodyBytes + rowBytes(0)
  const isLong = isInTheWay(store, turn, diskBytes)
  let need: Need = { entryCount: old === undefined ? 1 : 0, sizeBytes, diskBytes, spareId: old?.id, rest: 'later' }
  let room = makeRoom(store, turn, nowMs, need)
  if (room === 'refused') {
    // One that was dead may have gone by now, to make room.
    const left = store.statements.findEntry.get(key)
    if (left !== undefined) removeFound(store, turn, left)
    need = { ...need, entryCount: 1, spareId: undefined }
    room = makeRoom(store, turn, nowMs, need)
    if (room === 'refused') {
      voidLeases(store, turn, key)
      return 'admission'
    }
  }
  const fileId = newFileId()
  const kind = typeof encoded.body === 'string' ? 'text' : 'bytes'
  store.files.statements.register.run(fileId, kind, bodyBytes, process.pid, nowMs)
  turn.ledger.fileBytes += bodyBytes
  // Its file is counted from here on.
  const missing = isLong || room === 'partly' ? { ...need, diskBytes: rowBytes(0) } : undefined
  return { fileId, lease, isOwnLease: writing.lease === undefined, missing }
}

/** @returns `lost` when a sweep has dropped the file meanwhile. */
function commit(store: Store, turn: Turn, writing: Writing, place: Place): WriteOutcome | 'lost' {
  const { fileId, lease, isOwnLease } = place
  if (store.files.statements.find.get(fileId)?.state !== 'pending') return 'lost'
  const outcome = storeEntry(store, turn, { ...writing, lease, fileId })
  if (outcome === 'stored') return outcome
  store.files.drop(turn, fileId)
  if (outcome !== 'superseded' || !isOwnLease) return outcome
  endLate(store, turn, writing.key, lease)
  return 'stored'
}

/** Where no file may be so long. What is there is older, as with any value that is too large, unless others have been there since. */
function refuseTooLong(store: Store, turn: Turn, writing: Writing, { fileId, lease, isOwnLease }: Place): WriteOutcome {
  const { key } = writing
  store.files.drop(turn, fileId)
  if (epochOf(store, turn, { ...writing, lease }) !== undefined) {
    voidBefore(store, turn, lease)
    return refuse(store, turn, store.statements.findEntry.get(key), 'too-large')
  }
  if (!isOwnLease) return 'superseded'
  endLate(store, turn, key, lease)
  return 'stored'
}

/** As if it had been stored when its turn was, and then superseded: by another write, or by an invalidation of its tags. */
function endLate(store: Store, turn: Turn, key: string, lease: Lease): void {
  if (store.statements.findLease.get(key, lease.token) === undefined) return
  // Nothing has replaced what is there: it is older than this write.
  voidBefore(store, turn, lease)
  const old = store.statements.findEntry.get(key)
  if (old !== undefined) removeFound(store, turn, old)
}

/** @throws the failure itself. */
async function abandon(store: Store, { fileId, lease, isOwnLease }: Place, failure: unknown): Promise<never> {
  try {
    await store.transactions.finish((turn) => {
      store.files.drop(turn, fileId)
      if (isOwnLease) releaseLease(store, turn, lease)
    })
  } catch (thrown) {
    throw new AggregateError([failure, thrown], 'a large value could not be stored, and its file is left to a sweep')
  }
  throw failure
}
