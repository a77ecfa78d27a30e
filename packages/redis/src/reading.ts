/** Reading one entry: one trip, together with whatever else is read in this tick. */
import type { BackendMiss, StoredEntry } from '@stowage/core'
import { within } from './deadlines.ts'
import { signOf, type Unpacked, unpackEnvelope } from './envelope.ts'
import type { Partition } from './partition.ts'
import { discard } from './removal.ts'
import type { Store } from './store.ts'

export const TIER = 'redis'

export async function readEntry(store: Store, key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
  const partition = store.partitionOf(key)
  const begunTickMs = performance.now()
  const { bytes, epochText } = await partition.batch.read(partition.nameOf(key))
  if (bytes === undefined) return 'absent'
  const unpacked = unpackEnvelope(key, bytes)
  if (unpacked === 'leases') return 'absent'
  // What takes further trips is rare, and has the time that is left.
  const limited = <T>(answer: Promise<T>): Promise<T> => within(answer, store.plan.timeoutMs, begunTickMs)
  if (unpacked === undefined) return limited(damaged(store, partition, key, bytes, nowMs))
  const { facts, moment } = unpacked
  const isValid =
    partition.judgeNow(key, facts.tags, moment, epochText) ??
    (await limited(partition.isValid(key, facts.tags, moment, epochText)))
  if (!isValid) return 'invalidated'
  return facts.expireAtMs <= nowMs ? 'expired' : storedEntry(unpacked)
}

function storedEntry({ facts, encoded, sign }: Unpacked): StoredEntry {
  return { facts, payload: { holds: 'bytes', encoded }, tier: TIER, identity: sign, settle: ignore }
}

/** Whatever it is, it is not what was written under this key: it goes, unless something else has come there meanwhile. */
async function damaged(
  store: Store,
  partition: Partition,
  key: string,
  bytes: Buffer,
  nowMs: number,
): Promise<BackendMiss> {
  await discard(store, partition, [{ key, sign: signOf(bytes) }], nowMs, 'undecodable')
  return 'undecodable'
}

/** There is no nearer tier in here to copy the value to. */
function ignore(): void {}
