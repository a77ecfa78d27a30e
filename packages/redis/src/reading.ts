/** Reading one entry: one trip, together with whatever else is read in this tick. */
import type { BackendMiss, MaybePromise, StoredEntry } from '@stowage/core'
import { within } from './deadlines.ts'
import { signOf, type Unpacked, unpackEnvelope } from './envelope.ts'
import type { MarksView } from './marks-view.ts'
import type { Partition } from './partition.ts'
import { discard } from './removal.ts'
import type { Store } from './store.ts'
import { bytesAt, type Read } from './tick-batch.ts'

export const TIER = 'redis'

export function readEntry(store: Store, key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
  const partition = store.partitionOf(key)
  return partition.read(partition.nameOf(key), (read) => entryOf(store, partition, { key, nowMs }, read))
}

/** What is there under each of these keys, which are all in one partition; undefined where finding out takes more trips. */
export function readEntries(
  store: Store,
  partition: Partition,
  keys: readonly string[],
  nowMs: number,
): Promise<readonly (StoredEntry | BackendMiss | undefined)[]> {
  const names = keys.map((key) => partition.nameOf(key))
  return partition.readTogether(names, (read) => {
    const { epochText, begunTickMs } = read
    const found = (view: MarksView | undefined): (StoredEntry | BackendMiss | undefined)[] =>
      keys.map((key, at) => entryNow({ key, nowMs }, bytesAt(read, at), view))
    const view = partition.viewNow(epochText)
    if (view !== undefined) return found(view)
    // One trip for all of them.
    return within(partition.upTo(epochText), begunTickMs + store.plan.timeoutMs, store.wire.overrun).then(found)
  })
}

interface Asked {
  readonly key: string
  readonly nowMs: number
}

/**
 * Undefined: it is damaged, or a further trip has to tell whether it is valid.
 * @param view what is known of invalidations; undefined: nothing can be trusted
 */
function entryNow(
  { key, nowMs }: Asked,
  bytes: Buffer | undefined,
  view: MarksView | undefined,
): StoredEntry | BackendMiss | undefined {
  if (bytes === undefined) return 'absent'
  const unpacked = unpackEnvelope(key, bytes)
  if (unpacked === undefined) return undefined
  if (unpacked === 'leases') return 'absent'
  const judgement = view?.judge(key, unpacked.facts.tags, unpacked.moment) ?? 'invalidated'
  return judgement === 'unknown' ? undefined : judged(unpacked, bytes, judgement === 'valid', nowMs)
}

/** At once, nearly always: what takes further trips is rare, and has the time that is left. */
function entryOf(
  store: Store,
  partition: Partition,
  asked: Asked,
  { bytes, epochText, begunTickMs }: Read,
): MaybePromise<StoredEntry | BackendMiss> {
  const { key, nowMs } = asked
  const view = partition.viewNow(epochText)
  const entry = view && entryNow(asked, bytes, view)
  if (entry !== undefined) return entry
  if (bytes === undefined) return 'absent'
  const unpacked = unpackEnvelope(key, bytes)
  if (unpacked === 'leases') return 'absent'
  const limited = <T>(answer: Promise<T>): Promise<T> =>
    within(answer, begunTickMs + store.plan.timeoutMs, store.wire.overrun)
  if (unpacked === undefined) return limited(damaged(store, partition, key, bytes, nowMs))
  const { facts, moment } = unpacked
  return limited(partition.isValid(key, facts.tags, moment, epochText)).then((isValid) =>
    judged(unpacked, bytes, isValid, nowMs),
  )
}

function judged(unpacked: Unpacked, bytes: Buffer, isValid: boolean, nowMs: number): StoredEntry | BackendMiss {
  if (!isValid) return 'invalidated'
  return unpacked.facts.expireAtMs <= nowMs ? 'expired' : new FoundEntry(unpacked, bytes)
}

class FoundEntry implements StoredEntry {
  readonly facts: StoredEntry['facts']
  readonly payload: StoredEntry['payload']
  readonly tier = TIER
  readonly #bytes: Buffer

  constructor({ facts, encoded }: Unpacked, bytes: Buffer) {
    this.facts = facts
    this.payload = { holds: 'bytes', encoded, isCompared: true }
    this.#bytes = bytes
  }

  /** Made when it is asked for, which of a plain hit nobody does. */
  get identity(): string {
    return signOf(this.#bytes)
  }

  /** There is no nearer tier in here to copy the value to. */
  settle(): void {}
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
