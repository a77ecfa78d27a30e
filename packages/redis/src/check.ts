/** Checking every entry, body and all, in steps of bounded size. What is damaged is removed, unless it has been replaced meanwhile. */
import type { CheckReport } from '@stowage/core'
import { signOf, unpackEnvelope } from './envelope.ts'
import { headsOf, type SightedEntry, sizeOf } from './listing.ts'
import type { Partition } from './partition.ts'
import { discard, type Sighted } from './removal.ts'
import { bytesIfAny, listOf } from './reply.ts'
import { sightings } from './sighting.ts'
import type { Store } from './store.ts'

/** Bytes read at a time: what a step takes of this process's memory. */
const MAX_BYTES = 4_194_304

export async function* checkStore(store: Store, repair: boolean, nowMs: number): AsyncGenerator<CheckReport> {
  for await (const batch of sightings(store, '')) {
    const { entries, damaged } = await headsOf(batch)
    const foreign = { ...NOTHING, orphans: damaged.length }
    yield await repaired(store, batch.partition, { report: foreign, damaged }, repair, nowMs)
    for (const chunk of chunks(entries)) {
      yield await repaired(store, batch.partition, await examined(store, batch.partition, chunk), repair, nowMs)
    }
  }
}

const NOTHING: CheckReport = { entries: 0, bytes: 0, torn: 0, wrong: 0, orphans: 0, repaired: 0 }

interface Finding {
  readonly report: CheckReport
  readonly damaged: readonly Sighted[]
}

async function examined(store: Store, partition: Partition, chunk: readonly SightedEntry[]): Promise<Finding> {
  const names = chunk.map(({ key }) => partition.nameOf(key))
  const values = listOf(await store.wire.call(['mget', ...names])).map(bytesIfAny)
  const damaged: Sighted[] = []
  let [entries, bytes] = [0, 0]
  chunk.forEach(({ key }, at) => {
    const value = values[at]
    if (value === undefined) return
    const unpacked = unpackEnvelope(key, value)
    if (unpacked === 'leases') return
    if (unpacked === undefined) {
      damaged.push({ key, sign: signOf(value) })
      return
    }
    entries += 1
    bytes += sizeOf(unpacked.recordBytes)
  })
  return { report: { ...NOTHING, entries, bytes, torn: damaged.length }, damaged }
}

async function repaired(
  store: Store,
  partition: Partition,
  { report, damaged }: Finding,
  repair: boolean,
  nowMs: number,
): Promise<CheckReport> {
  if (!repair) return report
  return { ...report, repaired: await discard(store, partition, damaged, nowMs, 'undecodable') }
}

function* chunks(entries: readonly SightedEntry[]): Generator<readonly SightedEntry[]> {
  let chunk: SightedEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    if (bytes > 0 && bytes + entry.sizeBytes > MAX_BYTES) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(entry)
    bytes += entry.sizeBytes
  }
  if (chunk.length > 0) yield chunk
}
