/** Reading one entry: one trip, together with whatever else is read in this tick. */
import type { BackendMiss, MaybePromise, StoredEntry } from '@stowage/core'
import { within } from './deadlines.ts'
import { signOf, type Unpacked, unpackEnvelope } from './envelope.ts'
import type { Partition } from './partition.ts'
import { discard } from './removal.ts'
import type { Store } from './store.ts'
import type { Read } from './tick-batch.ts'

export const TIER = 'redis'

export function readEntry(store: Store, key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
  const partition = store.partitionOf(key)
  return partition.read(partition.nameOf(key), (read) => entryOf(store, partition, { key, nowMs }, read))
}

/** At once, nearly always: what takes further trips is rare, and has the time that is left. */
function entryOf(
  store: Store,
  partition: Partition,
  { key, nowMs }: { readonly key: string; readonly nowMs: number },
  { bytes, epochText, begunTickMs }: Read,
): MaybePromise<StoredEntry | BackendMiss> {
  if (bytes === undefined) return 'absent'
  const unpacked = unpackEnvelope(key, bytes)
  if (unpacked === 'leases') return 'absent'
  const limited = <T>(answer: Promise<T>): Promise<T> =>
    within(answer, begunTickMs + store.plan.timeoutMs, store.wire.overrun)
  if (unpacked === undefined) return limited(damaged(store, partition, key, bytes, nowMs))
  const { facts, moment } = unpacked
  const judged = (isValid: boolean): StoredEntry | BackendMiss => {
    if (!isValid) return 'invalidated'
    return facts.expireAtMs <= nowMs ? 'expired' : storedEntry(unpacked)
  }
  const isValid = partition.judgeNow(key, facts.tags, moment, epochText)
  if (isValid !== undefined) return judged(isValid)
  return limited(partition.isValid(key, facts.tags, moment, epochText)).then(judged)
}

function storedEntry({ facts, encoded, sign }: Unpacked): StoredEntry {
  return { facts, payload: { holds: 'bytes', encoded, isCompared: true }, tier: TIER, identity: sign, settle: ignore }
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
