/** Giving an entry other instants: 36 bytes of it are written, and the server is told the new end of its life. */
import { type EntryTimes, packTimes, RECORD_TIMES_AT, type StoredEntry } from '@stowage/core'
import { packSign } from './envelope.ts'
import { newIncarnation } from './partition.ts'
import { wasLive } from './removal.ts'
import { listOf, textOf } from './reply.ts'
import { TOUCH } from './scripts/entry.ts'
import type { Store } from './store.ts'

/** Scripts compare and write the instants at a fixed place of the string. */
RECORD_TIMES_AT satisfies 4

export async function touchEntry(
  store: Store,
  key: string,
  { identity, facts }: StoredEntry,
  times: EntryTimes,
  nowMs: number,
  leases: 'keep' | 'void',
): Promise<boolean> {
  store.wire.requireOpen()
  if (typeof identity !== 'string') return false
  const partition = store.partitionOf(key)
  const left = String(Math.max(1, Math.ceil(times.expireAtMs - nowMs)) + store.plan.expiryGraceMs)
  const instants = [Buffer.from(packTimes(facts)), Buffer.from(packTimes(times))]
  const args = [newIncarnation(), packSign(identity), String(nowMs), ...instants, left, leases]
  const reply = await partition.change(TOUCH, [partition.nameOf(key)], args)
  if (reply === null) return false
  const [epoch, head] = listOf(reply)
  return wasLive(partition, { key, epochText: textOf(epoch), head }, nowMs)
}
