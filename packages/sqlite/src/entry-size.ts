/** What an entry is counted as (README, "What is counted"). The file is larger by what SQLite leaves free in its pages. */
import type { Encoded, EntryFacts } from '@stowage/core'

/** Instants, counters and index entries of one row. */
const ENTRY_OVERHEAD_BYTES = 128

export function entrySizeBytes(key: string, facts: EntryFacts, encoded: Encoded): number {
  const { body, format } = encoded
  let sizeBytes = ENTRY_OVERHEAD_BYTES + Buffer.byteLength(key) + Buffer.byteLength(format)
  sizeBytes += typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  for (const tag of facts.tags) sizeBytes += Buffer.byteLength(tag)
  return sizeBytes + Buffer.byteLength(facts.version ?? '') + Buffer.byteLength(facts.fingerprint ?? '')
}
