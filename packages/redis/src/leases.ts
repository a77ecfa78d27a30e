/** Leases: the right to write a key as of the moment it was taken. They stand behind the entry, under the same key. */
import { type Lease, type LeaseMode, latestLeaseEndMs } from '@stowage/core'
import { parseEpoch } from './epoch.ts'
import { formatToken, newRandom, packSlot, packUntil, parseToken } from './lease-slot.ts'
import { newIncarnation } from './partition.ts'
import { numberOf, textOf } from './reply.ts'
import { LEASE, RELEASE, RENEW } from './scripts/leases.ts'
import type { Store } from './store.ts'

export async function takeLease(
  store: Store,
  key: string,
  mode: LeaseMode,
  lengthMs: number,
  nowMs: number,
): Promise<Lease | undefined> {
  const partition = store.partitionOf(key)
  const random = newRandom()
  const slot = packSlot(mode, nowMs + lengthMs, random)
  const args = [newIncarnation(), slot, String(nowMs), leftOf(store, lengthMs), String(latestLeaseEndMs(nowMs))]
  const text = await partition.run(LEASE, [partition.nameOf(key)], args)
  if (text === null) return undefined
  const epoch = parseEpoch(textOf(text))
  if (epoch === undefined) throw new Error('the server tells of no epoch')
  return { key, token: formatToken({ incarnation: epoch.incarnation, count: epoch.count, random }) }
}

export async function renewLease(
  store: Store,
  { key, token: text }: Lease,
  tags: readonly string[],
  lengthMs: number,
  nowMs: number,
): Promise<boolean> {
  const token = parseToken(text)
  if (token === undefined) return false
  const partition = store.partitionOf(key)
  const held = [token.random, token.incarnation, String(token.count), String(nowMs), key]
  const args = [newIncarnation(), ...held, packUntil(nowMs + lengthMs), leftOf(store, lengthMs), ...tags]
  return numberOf(await partition.run(RENEW, [partition.nameOf(key)], args)) === 1
}

export async function releaseLease(store: Store, { key, token: text }: Lease): Promise<void> {
  const token = parseToken(text)
  store.wire.requireOpen()
  if (token === undefined) return
  const partition = store.partitionOf(key)
  await partition.run(RELEASE, [partition.nameOf(key)], [newIncarnation(), token.random])
}

/** Whole milliseconds. Whether it has ended, the caller's clock says; the server only clears up behind it. */
function leftOf({ plan }: Store, lengthMs: number): string {
  return String(Math.ceil(lengthMs) + plan.expiryGraceMs)
}
