/** What an entry is counted as (README, "What is counted"). What the pages take is looked up elsewhere (space.ts). */
import type { Encoded, EntryFacts } from '@stowage/core'

/** Instants, counters and index entries of one row. */
const ENTRY_OVERHEAD_BYTES = 128
/**
 * Entries are counted in steps, as pages are filled in steps: an entry that is replaced by one of about its size leaves the
 * counters as they are, and the write logs one page instead of two.
 */
const STEP_BYTES = 256

export function entrySizeBytes(key: string, facts: EntryFacts, encoded: Encoded): number {
  const { body, format } = encoded
  let sizeBytes = ENTRY_OVERHEAD_BYTES + Buffer.byteLength(key) + Buffer.byteLength(format)
  sizeBytes += typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  for (const tag of facts.tags) sizeBytes += Buffer.byteLength(tag)
  sizeBytes += Buffer.byteLength(facts.version ?? '') + Buffer.byteLength(facts.fingerprint ?? '')
  return Math.ceil(sizeBytes / STEP_BYTES) * STEP_BYTES
}
