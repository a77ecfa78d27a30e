/** Removing entries by key, and those that are still exactly what was seen. */
import type { Lease, RemovalCause } from '@stowage/core'
import { packSign, parseHeaded } from './envelope.ts'
import { parseToken } from './lease-slot.ts'
import { newIncarnation, type Partition } from './partition.ts'
import { bytesIfAny, listOf, numberOf, type Reply, textOf } from './reply.ts'
import { DISCARD, REMOVE, REMOVE_HELD } from './scripts/entry.ts'
import type { Store } from './store.ts'

/** True when a live entry was there. Under a lease: only if it still holds. */
export async function deleteEntry(store: Store, key: string, nowMs: number, lease?: Lease): Promise<boolean> {
  const partition = store.partitionOf(key)
  const removed = lease === undefined ? await remove(partition, key) : await removeHeld(partition, lease, key, nowMs)
  return removed !== undefined && wasLive(partition, removed, nowMs)
}

interface Removed {
  readonly key: string
  /** '': there was no bookkeeping. */
  readonly epochText: string
  readonly head: Reply
}

async function remove(partition: Partition, key: string): Promise<Removed> {
  const [epoch, head] = listOf(await partition.change(REMOVE, [partition.nameOf(key)], []))
  return { key, epochText: textOf(epoch), head }
}

async function removeHeld(
  partition: Partition,
  lease: Lease,
  key: string,
  nowMs: number,
): Promise<Removed | undefined> {
  const token = parseToken(lease.token)
  if (token === undefined) return undefined
  const held = [token.random, token.incarnation, String(token.count), String(nowMs)]
  const reply = await partition.change(REMOVE_HELD, [partition.nameOf(key)], [newIncarnation(), ...held, key])
  if (reply === null) return undefined
  const [epoch, head] = listOf(reply)
  return { key, epochText: textOf(epoch), head }
}

/** Whether what a script has found under the key, before it did its work, was a live entry. */
export async function wasLive(
  partition: Partition,
  { key, epochText, head }: Removed,
  nowMs: number,
): Promise<boolean> {
  const bytes = bytesIfAny(head)
  const headed = bytes && parseHeaded(bytes)
  if (headed === undefined || headed === 'leases' || headed.head.key !== key) return false
  const { facts } = headed.head
  return facts.expireAtMs > nowMs && partition.isValid(key, facts.tags, headed.moment, epochText)
}

/** An entry, and what says which write of it. */
export interface Sighted {
  readonly key: string
  readonly sign: string
}

/** Removes those that are still what was seen, leaves leases where they are, and reports them. @returns how many it removed */
export async function discard(
  store: Store,
  partition: Partition,
  sighted: readonly Sighted[],
  nowMs: number,
  cause: RemovalCause | undefined,
): Promise<number> {
  if (sighted.length === 0) return 0
  const names = sighted.map(({ key }) => partition.nameOf(key))
  const signs = sighted.map(({ sign }) => packSign(sign))
  const removed = listOf(
    await partition.change(DISCARD, names, [String(nowMs), String(store.plan.expiryGraceMs), ...signs]),
  ).map(numberOf)
  const gone = sighted.filter((_, at) => removed[at] === 1)
  if (cause !== undefined) for (const { key } of gone) store.removed(key, cause)
  return gone.length
}
