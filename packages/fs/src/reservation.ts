/**
 * A write that is under way outside the lock: it has its place among all writes, room of its own, and an unfinished file in
 * whose name that room stands. All of this is done within the lock; the file is written between (large-writing.ts, streams/).
 *
 * The place is a lease: loads' are voided and one is taken, behind those of the writes that are under way. What replaces, deletes or
 * invalidates the key while the file is written voids that in turn, from any process, and the late file gives way: the write is
 * answered `stored`, as it was, for a moment. One that has only taken its place voids nothing: until it is there, if it ever is,
 * what came before it is what there is.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, renameSync, unlinkSync } from 'node:fs'
import type { WriteOutcome } from '@stowage/core'
import { withDiskSpace } from './disk-space.ts'
import { countedBytes } from './entry-file.ts'
import { takeOut, voidBefore, voidLeases, voidLoads } from './entry-steps.ts'
import { statEntry } from './file-identity.ts'
import { type Turn, UNFINISHED, type Unfinished } from './holding.ts'
import { LEASE_KINDS } from './lease-table.ts'
import type { Stamp } from './marks.ts'
import { ensureSure } from './recount.ts'
import { removeAnything, replaceEntry } from './replacing.ts'
import { makeRoom, type Room } from './room.ts'
import type { Store } from './store.ts'
import { type Arrival, createInShard, largestBytes, refusal } from './storing.ts'

/**
 * The longest that a file may take without growing: who is slower has been overtaken. No file takes a day, but a clock may be set forward
 * by hours meanwhile; of a process that was killed it is what is left.
 */
const WRITE_LEASE_MS = 86_400_000

export interface Reservation {
  readonly token: string
  /** As of when the value is true: what is invalidated while it is written covers it. */
  readonly stamp: Stamp
  temp: string
  /** As files are counted. */
  bytes: number
}

type Draft = Pick<Reservation, 'token' | 'temp' | 'bytes'>
type Refusal = Exclude<WriteOutcome, 'stored'>

/** @returns why there is none, or the reservation. A failure leaves nothing of it. */
export async function begin(store: Store, arrival: Arrival, fileBytes: number): Promise<Reservation | Refusal> {
  const { sections, layout, holderId } = store
  const { place, nowMs } = arrival
  const temp = layout.tempPath(place.shard, fileBytes, holderId)
  const draft: Draft = { token: randomUUID(), temp, bytes: countedBytes(fileBytes) }
  try {
    return await sections.run(place.shard, nowMs, (turn) => reserve(store, turn, arrival, draft))
  } catch (thrown) {
    await abandon(store, arrival, draft)
    throw thrown
  }
}

function reserve(store: Store, turn: Turn, arrival: Arrival, draft: Draft): Reservation | Refusal | Unfinished {
  const { key, place, nowMs } = arrival
  const { token, temp, bytes } = draft
  const refused = refusal(store, turn, arrival, bytes, voidLoads)
  if (refused !== undefined) return refused
  const room = setAside(store, turn, arrival, bytes)
  if (room === 'partly') return UNFINISHED
  if (room === 'refused') {
    voidLeases(turn, key)
    return 'admission'
  }
  // There from now on, so that whoever counts finds what was set aside; but not open: many may wait to be written.
  withDiskSpace(store, turn, { bytes, keptPath: place.path, nowMs }, () => closeSync(createInShard(store, place, temp)))
  turn.counts.add(place.shard, { tempBytes: bytes })
  turn.emit({ k: 'take', lease: [key, token, LEASE_KINDS.write, turn.marks.epoch, nowMs + WRITE_LEASE_MS] })
  const { generation, epoch } = turn.marks
  return { ...draft, stamp: { generation, epoch } }
}

/** More room for a file that turns out to be longer. @returns why there is none; undefined: there is */
export function enlarge(
  store: Store,
  turn: Turn,
  arrival: Arrival,
  reservation: Reservation,
  fileBytes: number,
): 'too-large' | 'admission' | 'superseded' | Unfinished | undefined {
  const { key, place, nowMs } = arrival
  const { token, temp, bytes } = reservation
  const wanted = Math.min(countedBytes(fileBytes), largestBytes(store, arrival))
  if (turn.marks.leases.of(key, token) === undefined) return 'superseded'
  const room = wanted <= bytes ? 'too-large' : setAside(store, turn, arrival, wanted - bytes)
  if (room === 'partly') return UNFINISHED
  if (room !== 'made') {
    voidBefore(turn, key, token)
    takeOut(store, turn, place)
    return room === 'refused' ? 'admission' : room
  }
  const longer = store.layout.tempPath(place.shard, wanted, store.holderId)
  withDiskSpace(store, turn, { bytes: 0, keptPath: place.path, nowMs }, () => renameSync(temp, longer))
  reservation.temp = longer
  reservation.bytes = wanted
  turn.counts.add(place.shard, { tempBytes: wanted - bytes })
  turn.emit({ k: 'renew', key, token, untilMs: nowMs + WRITE_LEASE_MS })
  return undefined
}

/** Whether the write has been overtaken by what is there, or was; then nothing is left of it. */
export function isOver(turn: Turn, arrival: Arrival, reservation: Reservation): boolean {
  if (turn.marks.leases.of(arrival.key, reservation.token) !== undefined) return false
  giveUp(turn, arrival, reservation)
  return true
}

/** Puts the file where it belongs, unless it has been overtaken. */
export function settle(
  store: Store,
  turn: Turn,
  arrival: Arrival,
  reservation: Reservation,
  fileBytes: number,
): 'stored' | 'admission' | Unfinished {
  const { key, place, facts, nowMs } = arrival
  ensureSure(store, turn, place.shard)
  if (isOver(turn, arrival, reservation)) return 'stored'
  // Its tags were invalidated meanwhile, or that has been forgotten since (sweep.ts): it was there, for a moment.
  if (!turn.marks.mayWrite(reservation.stamp.epoch, facts.tags)) {
    voidBefore(turn, key, reservation.token)
    giveUp(turn, arrival, reservation)
    takeOut(store, turn, place)
    return 'stored'
  }
  const found = statEntry(place.path)
  const isNew = found === undefined ? 1 : 0
  const room = makeRoom(store, turn, { entryCount: isNew, bytes: 0, keptPath: place.path }, nowMs)
  // Nothing is voided until then: it would take itself for overtaken.
  if (room === 'partly') return UNFINISHED
  voidBefore(turn, key, reservation.token)
  if (room === 'refused') {
    giveUp(turn, arrival, reservation)
    takeOut(store, turn, place)
    return 'admission'
  }
  replaceEntry(place.path, found, reservation.temp, store.spares)
  const entryBytes = countedBytes(fileBytes) - (found === undefined ? 0 : countedBytes(found.size))
  turn.counts.add(place.shard, { entryCount: isNew, entryBytes, tempBytes: -reservation.bytes })
  turn.stored(place.path)
  return 'stored'
}

/** Where no file may be so long. The older value leaves, as by any write that is too large. */
export function refuseTooLong(
  store: Store,
  turn: Turn,
  arrival: Arrival,
  reservation: Reservation,
): 'too-large' | 'stored' {
  if (isOver(turn, arrival, reservation)) return 'stored'
  voidBefore(turn, arrival.key, reservation.token)
  giveUp(turn, arrival, reservation)
  takeOut(store, turn, arrival.place)
  return 'too-large'
}

/** The file goes, and the room that was set aside. Done twice it does nothing more. */
export function giveUp({ marks, counts, emit }: Turn, { key, place }: Arrival, { token, temp, bytes }: Draft): void {
  if (marks.leases.of(key, token) !== undefined) emit({ k: 'drop', key, token })
  if (!existsSync(temp)) return
  unlinkSync(temp)
  counts.add(place.shard, { tempBytes: -bytes })
}

/** {@link giveUp} after a failure. Where the lock cannot be had, either, the file goes all the same, and is counted off later. */
export async function abandon(store: Store, arrival: Arrival, draft: Draft): Promise<void> {
  const { sections } = store
  try {
    await sections.finish(arrival.place.shard, arrival.nowMs, (turn) => giveUp(turn, arrival, draft))
  } catch {
    removeAnything(draft.temp)
    sections.doubtAll()
  }
}

/** Room for both the older value and the new one; where there is none, the older leaves first. */
function setAside(store: Store, turn: Turn, { place, nowMs }: Arrival, bytes: number): Room {
  const need = { entryCount: 0, bytes, keptPath: place.path }
  const room = makeRoom(store, turn, need, nowMs)
  return room === 'refused' && takeOut(store, turn, place) ? makeRoom(store, turn, need, nowMs) : room
}
