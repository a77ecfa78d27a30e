/** A write, and what it puts into the row of its entry. */
import { type Encoded, type Lease, type NewEntry, ownText } from '@stowage/core'
import { sealed } from './seal.ts'
import type { ValueColumns, WrittenColumns } from './statements.ts'
import { tagsText } from './tag-index.ts'

/** One write as it was asked for. */
export interface Writing {
  readonly key: string
  readonly entry: NewEntry
  readonly encoded: Encoded
  readonly nowMs: number
  readonly lease: Lease | undefined
  /** The value is in this file, which has been registered; undefined: it goes into the row. */
  readonly fileId?: number
}

export function columnsOf(
  entry: NewEntry,
  { encoded, fileId }: Writing,
  state: { readonly sizeBytes: number; readonly tagEpoch: number; readonly written: number },
): WrittenColumns {
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, slidingMs, tags, version, fingerprint } = entry.facts
  const { sizeBytes, tagEpoch, written } = state
  const checksum = sealed(encoded.checksum, { ...entry.facts, slidingMs: slidingMs ?? null, tagEpoch, written })
  return [
    sizeBytes,
    storedAtMs,
    staleAtMs,
    errorOnlyAtMs,
    expireAtMs,
    slidingMs ?? null,
    written,
    tagEpoch,
    checksum,
    tagsText(tags),
    version ?? null,
    fingerprint ?? null,
    encoded.format,
    fileId ?? encoded.body,
  ]
}

/** The row as it will be read, for who keeps it: of its texts only the fingerprint may be a part of a longer one. */
export function rowOf(id: number, columns: WrittenColumns): ValueColumns {
  const [, storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, slidingMs, written, tagEpoch, checksum, ...others] =
    columns
  const [tags, version, fingerprint, format, body] = others
  const times = { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, slidingMs }
  const kept = { version, fingerprint: fingerprint === null ? null : ownText(fingerprint) }
  return { id, ...times, written, tagEpoch, checksum, tags, ...kept, format, body }
}
