/**
 * Storing an entry. Without a lease it is a plain SET, which voids the leases behind the older entry as it replaces them. The entry is
 * stored as true of a moment this process knows of; the epoch that came back was read before the SET, so if others have
 * invalidated since, the entry is then told the later moment, provided it is still that very write.
 */
import type { GivenWrite, Lease, MaybePromise, NewEntry, WriteOutcome } from '@stowage/core'
import { packEnvelope, packMoment, packSign, signOf } from './envelope.ts'
import { type Moment, parseEpoch } from './epoch.ts'
import { parseToken } from './lease-slot.ts'
import { newIncarnation, type Partition } from './partition.ts'
import { deleteEntry } from './removal.ts'
import { faultOf, kindOf, numberOf } from './reply.ts'
import { AGE, STORE } from './scripts/entry.ts'
import type { Store } from './store.ts'
import type { PlainWrite } from './tick-batch.ts'

/** As much as a string may hold by the server's default (proto-max-bulk-len), with room for leases. */
const MAX_STRING_BYTES = 536_870_912 - 65_536

interface Writing {
  readonly key: string
  readonly entry: NewEntry
  readonly nowMs: number
}

export function storeEntry(
  store: Store,
  key: string,
  entry: NewEntry,
  nowMs: number,
  lease: Lease | undefined,
): Promise<WriteOutcome> {
  if (entry.facts.expireAtMs <= nowMs) return Promise.resolve('elapsed')
  const writing = { key, entry, nowMs }
  if (lease !== undefined) return storeLeased(store, writing, lease)
  const partition = store.partitionOf(key)
  const moment = partition.knownMoment
  if (moment !== undefined) return storePlain(store, partition, writing, moment)
  // Before anything is waited for: what the caller does to its value afterwards is no concern of the entry.
  entry.encode(true)
  return partition.begun((first) => storePlain(store, partition, writing, first))
}

/** By callbacks: it is one trip, nearly always. */
function storePlain(store: Store, partition: Partition, writing: Writing, moment: Moment): Promise<WriteOutcome> {
  const { key, nowMs } = writing
  const bytes = packed(store, writing, moment)
  if (isTooLarge(writing, bytes)) return deleteEntry(store, key, nowMs).then(() => 'too-large')
  const name = partition.nameOf(key)
  return partition.set(name, bytes, lifeOf(store, writing)).then(
    (epochText) => {
      const later = partition.isKnown(epochText, moment) ? undefined : laterMoment(moment, epochText)
      return later === undefined ? 'stored' : correct(partition, name, bytes, later)
    },
    async (thrown: unknown) => {
      await goIfFull(store, key, nowMs, thrown)
      throw thrown
    },
  )
}

/** Many without leases, of one partition: each as {@link storeEntry} would, an error where one failed alone. */
export function storeEntries(
  store: Store,
  partition: Partition,
  writes: readonly GivenWrite[],
  nowMs: number,
): Promise<readonly (WriteOutcome | Error)[]> {
  const writings = writes.map(({ key, entry }) => ({ key, entry, nowMs }))
  const moment = partition.knownMoment
  return moment === undefined
    ? partition.begun((first) => storeAll(store, partition, writings, first))
    : storeAll(store, partition, writings, moment)
}

function storeAll(
  store: Store,
  partition: Partition,
  writings: readonly Writing[],
  moment: Moment,
): Promise<readonly (WriteOutcome | Error)[]> {
  const trips: Promise<readonly (WriteOutcome | Error)[]>[] = []
  let packedWrites: PackedWrite[] = []
  const send = (): void => {
    if (packedWrites.length > 0) trips.push(storeTogether(store, partition, packedWrites, moment))
    packedWrites = []
  }
  for (const writing of writings) {
    const bytes = writing.entry.facts.expireAtMs <= writing.nowMs ? undefined : packed(store, writing, moment)
    if (bytes !== undefined && !isTooLarge(writing, bytes)) {
      const { key, nowMs } = writing
      packedWrites.push({ key, nowMs, name: partition.nameOf(key), bytes, lifeMs: lifeOf(store, writing) })
      continue
    }
    // What is removed instead is removed behind those that were to be written before.
    send()
    const stored = storeEntry(store, writing.key, writing.entry, writing.nowMs, undefined)
    trips.push(stored.catch(errorOf).then((outcome) => [outcome]))
  }
  send()
  const [only] = trips
  return only !== undefined && trips.length === 1 ? only : Promise.all(trips).then((outcomes) => outcomes.flat())
}

interface PackedWrite extends PlainWrite {
  readonly key: string
  readonly nowMs: number
}

/** By callbacks, as of {@link storePlain}. */
function storeTogether(
  store: Store,
  partition: Partition,
  writes: readonly PackedWrite[],
  moment: Moment,
): Promise<readonly (WriteOutcome | Error)[]> {
  return partition.setTogether(writes).then(
    (answers) => outcomesOf(store, { partition, writes, moment }, answers),
    async (thrown: unknown) => {
      await Promise.all(writes.map((write) => goIfFull(store, write.key, write.nowMs, thrown)))
      throw thrown
    },
  )
}

interface WrittenTogether {
  readonly partition: Partition
  readonly writes: readonly PackedWrite[]
  /** As of which they are true. */
  readonly moment: Moment
}

function outcomesOf(
  store: Store,
  { partition, writes, moment }: WrittenTogether,
  answers: readonly (string | Error)[],
): MaybePromise<readonly (WriteOutcome | Error)[]> {
  const outcomes: (WriteOutcome | Error)[] = []
  const further: Promise<unknown>[] = []
  const alsoDo = (at: number, done: Promise<unknown>): void => {
    further.push(
      done.catch((thrown: unknown) => {
        outcomes[at] = errorOf(thrown)
      }),
    )
  }
  for (const [at, write] of writes.entries()) {
    const answer = answers[at]
    if (typeof answer === 'string') {
      const later = partition.isKnown(answer, moment) ? undefined : laterMoment(moment, answer)
      outcomes.push('stored')
      if (later !== undefined) alsoDo(at, correct(partition, write.name, write.bytes, later))
    } else {
      const failure = answer ?? new Error('the server did not answer for each of the writes it was sent')
      outcomes.push(failure)
      alsoDo(at, goIfFull(store, write.key, write.nowMs, failure))
    }
  }
  return further.length === 0 ? outcomes : Promise.all(further).then(() => outcomes)
}

/** What is told of one that has failed alone. */
function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : faultOf(thrown)
}

async function correct(
  partition: Partition,
  name: string,
  bytes: Buffer,
  later: Moment | 'lost',
): Promise<WriteOutcome> {
  if (later === 'lost') await rescue(partition, name, bytes)
  else await partition.run(AGE, [name], [packMoment(later), packSign(signOf(bytes))])
  return 'stored'
}

/** What the epoch says that the write did not know: another moment, or that the bookkeeping is gone. */
function laterMoment(known: Moment, epochText: string): Moment | 'lost' | undefined {
  const epoch = parseEpoch(epochText)
  if (epoch === undefined) return 'lost'
  return epoch.incarnation === known.incarnation && epoch.count === known.count ? undefined : epoch
}

/** The bookkeeping was gone before the write, and has been begun anew since: all invalidations since are counted from its beginning. */
async function rescue(partition: Partition, name: string, bytes: Buffer): Promise<void> {
  const { incarnation } = await partition.moment()
  await partition.run(AGE, [name], [packMoment({ incarnation, count: 0 }), packSign(signOf(bytes))])
}

async function storeLeased(store: Store, writing: Writing, lease: Lease): Promise<WriteOutcome> {
  const { key, entry, nowMs } = writing
  const token = parseToken(lease.token)
  if (token === undefined) return 'superseded'
  const partition = store.partitionOf(key)
  const bytes = packed(store, writing, token)
  if (isTooLarge(writing, bytes)) return refuseLeased(store, writing, lease)
  const held = [token.random, token.incarnation, String(token.count), String(nowMs)]
  const args = [newIncarnation(), ...held, key, bytes, lifeOf(store, writing), ...entry.facts.tags]
  const stored = await partition.change(STORE, [partition.nameOf(key)], args)
  return numberOf(stored) === 1 ? 'stored' : 'superseded'
}

/** A server without room refuses the write. The caller has a newer value than what is there, so that must go all the same. */
async function goIfFull(store: Store, key: string, nowMs: number, thrown: unknown): Promise<void> {
  if (kindOf(thrown) === 'OOM') await deleteEntry(store, key, nowMs)
}

async function refuseLeased(store: Store, { key, nowMs }: Writing, lease: Lease): Promise<WriteOutcome> {
  await deleteEntry(store, key, nowMs, lease)
  return 'too-large'
}

function packed({ ownWrites }: Store, { key, entry }: Writing, moment: Moment): Buffer {
  return packEnvelope(ownWrites.next(), moment, key, entry.facts, entry.encode())
}

function isTooLarge({ entry }: Writing, bytes: Buffer): boolean {
  return bytes.length > Math.min(entry.maxBytes, MAX_STRING_BYTES)
}

/** Milliseconds, at least one. Relative, as the server's clock need not agree with ours. */
function lifeOf({ plan }: Store, { entry, nowMs }: Writing): string {
  return String(Math.ceil(entry.facts.expireAtMs - nowMs) + plan.expiryGraceMs)
}
