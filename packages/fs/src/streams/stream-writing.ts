/**
 * Storing a value that comes in parts: they go to the file as they come, one after the other, so that a source is never faster
 * than the disk and nothing is held in memory. How long it will be is not known before; room is set aside as it grows. The head,
 * with length and checksum, is put right at the end. Until then the file is nobody's: a write that fails or is aborted leaves nothing.
 */
import {
  checksumBefore,
  crc32,
  type Key,
  packRecordHead,
  systemClock,
  UsageError,
  type WriteOutcome,
} from '@stowage/core'
import { hasDiskSpace } from '../disk-space.ts'
import { syncShard } from '../disk-sync.ts'
import { newIdentity, PRELUDE_BYTES, packPrelude } from '../entry-file.ts'
import { abandon, begin, enlarge, giveUp, type Reservation, refuseTooLong, settle } from '../reservation.ts'
import type { Store } from '../store.ts'
import type { Arrival } from '../storing.ts'
import { UnfinishedFile } from '../unfinished-file.ts'
import { abortable } from './abortable.ts'
import { type ByteSource, requireParts, type StreamOptions, spaceOf, streamFacts } from './stream-entry.ts'

/** The default codec's word for bytes as they are: such a value can be had by `cache.get` as well. */
const FORMAT = 'bytes'
/** The first room; it doubles as the file grows, by no more than the step. */
const FIRST_BYTES = 65_536
const LARGEST_STEP_BYTES = 67_108_864

export async function writeStream(
  store: Store,
  key: Key,
  source: ByteSource,
  options: StreamOptions,
): Promise<WriteOutcome> {
  const { sections, layout } = store
  sections.requireOpen()
  // All that is given is looked at before room is made for it.
  requireParts(source)
  const nowMs = systemClock.nowMs()
  const facts = streamFacts(options, nowMs)
  const text = spaceOf(options).storageKey(key)
  const place = layout.placeOf(text)
  const arrival = { key: text, place, facts, maxBytes: Infinity, nowMs, lease: undefined }
  const reserved = await begin(store, arrival, FIRST_BYTES)
  if (typeof reserved === 'string') return reserved
  try {
    const written = await writeParts(store, arrival, reserved, source, options.signal)
    if (typeof written === 'string') {
      await sections.run(place.shard, nowMs, (turn) => giveUp(turn, arrival, reserved))
      // Whoever came later has the key: this value was there, for a moment.
      return written === 'superseded' ? 'stored' : written
    }
    const outcome = await sections.run(place.shard, nowMs, (turn) => settle(store, turn, arrival, reserved, written))
    await syncShard(store, place.shard)
    return outcome
  } catch (thrown) {
    await abandon(store, arrival, reserved)
    throw thrown
  }
}

/** @returns the length of the whole file, or what to answer where it had to end. */
async function writeParts(
  store: Store,
  arrival: Arrival,
  reserved: Reservation,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<number | WriteOutcome> {
  const { key, facts, place, nowMs } = arrival
  const head = (bodyBytes: number, checksum: number): Uint8Array =>
    packRecordHead(key, facts, { format: FORMAT, isText: false, bodyBytes, checksum })
  const bodyAt = PRELUDE_BYTES + head(0, 0).byteLength
  const file = new UnfinishedFile(reserved.temp)
  try {
    let checksum = checksumBefore(key, facts, FORMAT)
    let fileBytes = bodyAt
    const parts = signal !== undefined && Symbol.asyncIterator in source ? abortable(source, signal) : source
    for await (const part of parts) {
      signal?.throwIfAborted()
      if (!(part instanceof Uint8Array))
        throw new UsageError(`setStream: a part is ${typeof part}; allowed: Uint8Array`)
      while (fileBytes + part.byteLength > reserved.bytes) {
        const wanted = Math.max(
          fileBytes + part.byteLength,
          reserved.bytes + Math.min(reserved.bytes, LARGEST_STEP_BYTES),
        )
        const grown = { ...arrival, nowMs: systemClock.nowMs() }
        const refused = await store.sections.run(place.shard, grown.nowMs, (turn) =>
          enlarge(store, turn, grown, reserved, wanted),
        )
        if (refused !== undefined) return refused
      }
      const at = fileBytes
      const need = { place, nowMs, reserved, fileBytes: at + part.byteLength }
      if (!(await hasDiskSpace(store, need, () => file.write(part, at)))) {
        return await store.sections.run(place.shard, nowMs, (turn) => refuseTooLong(store, turn, arrival, reserved))
      }
      checksum = crc32(part, checksum)
      fileBytes += part.byteLength
    }
    signal?.throwIfAborted()
    const start = head(fileBytes - bodyAt, checksum)
    await file.write(start, PRELUDE_BYTES)
    const recordBytes = fileBytes - PRELUDE_BYTES
    await file.write(packPrelude({ ...reserved.stamp, identity: newIdentity(), recordBytes }, start), 0)
    await file.finish(facts.expireAtMs, store.plan.durability)
    return fileBytes
  } finally {
    file.close()
  }
}
