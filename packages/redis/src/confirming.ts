/** Telling whether an entry that was seen is still there, by its head: what a near copy in doubt costs is no body. */
import { isSameLife, type StoredEntry } from '@stowage/core'
import { parseHeaded } from './envelope.ts'
import type { Store } from './store.ts'

export async function isStillThere(
  store: Store,
  key: string,
  { identity, facts }: Pick<StoredEntry, 'identity' | 'facts'>,
  nowMs: number,
): Promise<boolean> {
  store.wire.requireOpen()
  const partition = store.partitionOf(key)
  const { epochText, bytes } = await partition.heads.read(key)
  const found = bytes && parseHeaded(bytes)
  if (found === undefined || found === 'leases' || found.sign !== identity || found.head.key !== key) return false
  const { facts: now } = found.head
  if (now.expireAtMs <= nowMs || !isSameLife(now, facts)) return false
  return partition.isValid(key, now.tags, found.moment, epochText)
}
