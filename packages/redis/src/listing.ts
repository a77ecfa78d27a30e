/** Entries as listings, sweeps and figures see them: everything but the body. */
import type { ScannedEntry, ScanQuery } from '@stowage/core'
import { ENVELOPE_BYTES, type Headed, parseHeaded, signOf } from './envelope.ts'
import type { Sighted } from './removal.ts'
import { bytesIfAny, listOf, textOf } from './reply.ts'
import { type Batch, sightings } from './sighting.ts'
import type { Store } from './store.ts'

/** The sign of what is no string: DISCARD takes it for one. */
const NO_STRING = ''

export interface SightedEntry extends Headed {
  readonly key: string
  readonly sizeBytes: number
}

export async function* listEntries(store: Store, query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
  for await (const batch of sightings(store, query.prefix)) {
    const { partition } = batch
    const { epochText, entries } = await headsOf(batch)
    for (const { key, head, moment, sizeBytes } of entries) {
      const { facts } = head
      if (facts.expireAtMs <= nowMs || (query.tag !== undefined && !facts.tags.includes(query.tag))) continue
      if (await partition.isValid(key, facts.tags, moment, epochText)) yield { key, facts, sizeBytes }
    }
  }
}

export interface HeadsOfBatch {
  readonly epochText: string
  /** The sound ones. */
  readonly entries: readonly SightedEntry[]
  /** What lies under our names and is none of ours, or not whole. */
  readonly damaged: readonly Sighted[]
}

export async function headsOf({ partition, keys }: Batch): Promise<HeadsOfBatch> {
  const [epoch, ...heads] = listOf(await partition.headsOf(keys))
  const entries: SightedEntry[] = []
  const damaged: Sighted[] = []
  keys.forEach((key, at) => {
    const bytes = bytesIfAny(heads[at])
    // Gone since it was seen.
    if (bytes?.length === 0) return
    const headed = bytes && parseHeaded(bytes)
    if (headed === 'leases') return
    if (headed?.head.key === key) entries.push({ ...headed, key, sizeBytes: sizeOf(headed.recordBytes) })
    else damaged.push({ key, sign: bytes === undefined ? NO_STRING : signOf(bytes) })
  })
  return { epochText: textOf(epoch), entries, damaged }
}

/** What an entry counts for: the string, without leases. */
export function sizeOf(recordBytes: number): number {
  return ENVELOPE_BYTES + recordBytes
}
