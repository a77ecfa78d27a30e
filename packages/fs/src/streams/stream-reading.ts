/**
 * Reading a value in parts, as fast as they are taken. The file is opened once: whoever replaces or deletes the entry meanwhile
 * changes nothing for this reader. The checksum is known at the end only; a stream that does not have it ends in an error, and
 * whoever must not act on damaged bytes acts when the stream has ended.
 */
import { close, read } from 'node:fs'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import {
  checksumBefore,
  crc32,
  type EntryFacts,
  type Key,
  requireKnownOptions,
  systemClock,
  UsageError,
} from '@stowage/core'
import { type EntryHead, unpackEntryHead } from '../entry-file.ts'
import { openEntry, READ_BYTES, readBeginning, readEntry } from '../entry-reading.ts'
import { missOf } from '../entry-steps.ts'
import { discardEntry } from '../removal.ts'
import type { Store } from '../store.ts'
import { type StreamPlace, spaceOf } from './stream-entry.ts'

const closeFile = promisify(close)
const readFrom = promisify(read)

const PART_BYTES = 65_536
/** Bodies that are bytes as they are. */
const FORMATS: ReadonlySet<string> = new Set(['bytes', 'buffer'])

export interface StreamedEntry {
  /** The value in parts. Ends in an error when the bytes turn out not to be what was written. Must be read or destroyed. */
  readonly stream: Readable
  readonly sizeBytes: number
  readonly facts: EntryFacts
}

/** Undefined when there is no live entry. @throws UsageError when the value is not bytes */
export async function readStream(store: Store, key: Key, where: StreamPlace): Promise<StreamedEntry | undefined> {
  store.sections.requireOpen()
  requireKnownOptions('getStream', where, ['namespace'])
  return readText(store, spaceOf(where).storageKey(key))
}

async function readText(store: Store, text: string): Promise<StreamedEntry | undefined> {
  const { path } = store.layout.placeOf(text)
  // A small file may be written anew while it is read, also for another entry (overwriting.ts, spares.ts): it is read at once.
  const small = readEntry(text, path)
  if (small === 'absent' || small === 'unsound') return undefined
  if (small === 'large') return readLarge(store, text)
  const { facts, encoded } = small
  if (!isLive(store, small)) return undefined
  requireBytes(encoded.format)
  store.recency.note(path)
  const body = Buffer.from(encoded.body)
  return { stream: Readable.from([body], { objectMode: false }), sizeBytes: body.byteLength, facts }
}

async function readLarge(store: Store, text: string): Promise<StreamedEntry | undefined> {
  const { path } = store.layout.placeOf(text)
  const descriptor = openEntry(path)
  if (typeof descriptor !== 'number') return undefined
  let isKept = false
  try {
    const bytes = readBeginning(descriptor)
    // Replaced by a small one in between.
    if (bytes.length < READ_BYTES) return await readText(store, text)
    const head = unpackEntryHead(bytes)
    if (head?.key !== text || !isLive(store, head)) return undefined
    requireBytes(head.format)
    store.recency.note(path)
    isKept = true
    const stream = Readable.from(partsOf(store, descriptor, head), { objectMode: false, highWaterMark: PART_BYTES })
    // Destroyed before its first part was asked for, a generator does not run at all.
    stream.once('close', () => void closeFile(descriptor).catch(() => undefined))
    return { stream, sizeBytes: head.bodyBytes, facts: head.facts }
  } finally {
    if (!isKept) await closeFile(descriptor)
  }
}

function isLive({ journal }: Store, entry: Pick<EntryHead, 'prelude' | 'facts'>): boolean {
  journal.follow()
  return missOf(journal.marks, entry, systemClock.nowMs()) === undefined
}

function requireBytes(format: string): void {
  if (FORMATS.has(format)) return
  throw new UsageError(`getStream: the value is stored as '${format}'; allowed: values that are bytes`)
}

async function* partsOf(store: Store, descriptor: number, head: EntryHead): AsyncGenerator<Uint8Array> {
  const { key, facts, format, bodyBytes, sizeBytes } = head
  let checksum = checksumBefore(key, facts, format)
  for (let at = sizeBytes - bodyBytes; at < sizeBytes; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(PART_BYTES, sizeBytes - at))
    const { bytesRead } = await readFrom(descriptor, buffer, 0, buffer.length, at)
    if (bytesRead === 0) break
    const part = buffer.subarray(0, bytesRead)
    checksum = crc32(part, checksum)
    at += bytesRead
    yield part
  }
  if (checksum === head.checksum) return
  await store.sections.run(undefined, 0, (turn) => {
    discardEntry(store, turn, { place: store.layout.placeOf(key) }, head.prelude.identity)
    turn.removed(key, 'undecodable')
  })
  throw new Error('the bytes of the entry are not what was written')
}
