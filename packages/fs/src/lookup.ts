/** The way of a get: one open, one read, no lock. Then the marks, so that an invalidation that came before the answer counts. */
import { closeSync } from 'node:fs'
import type { BackendMiss, Encoded, MaybePromise, StoredEntry } from '@stowage/core'
import { type EntryContent, unpackEntry } from './entry-file.ts'
import { FOREIGN_FILE, openEntry, READ_BYTES, readBeginning } from './entry-reading.ts'
import { type Asked, missOf } from './entry-steps.ts'
import { readWhole } from './large-reading.ts'
import { discardDamaged } from './removal.ts'
import type { Store } from './store.ts'

export const TIER = 'fs'

export function lookup(store: Store, asked: Asked): MaybePromise<StoredEntry | BackendMiss> {
  const { key, place } = asked
  const descriptor = openEntry(place.path)
  if (descriptor === undefined) return 'absent'
  if (descriptor === FOREIGN_FILE) return discardDamaged(store, asked, undefined)
  try {
    const bytes = readBeginning(descriptor)
    if (bytes.length === READ_BYTES) return lookupLarge(store, asked)
    // A reader may come upon the instants while they are being written over: it looks again.
    const content = unpackEntry(key, bytes) ?? unpackEntry(key, readBeginning(descriptor))
    if (content === undefined) return discardDamaged(store, asked, undefined)
    return judged(store, asked, { ...content, encoded: ownCopy(content.encoded) })
  } finally {
    closeSync(descriptor)
  }
}

/** The file is opened anew when its turn has come: many may wait, and descriptors are few. */
async function lookupLarge(store: Store, asked: Asked): Promise<StoredEntry | BackendMiss> {
  const whole = await readWhole(store, asked.place.path)
  if (whole === undefined) return 'absent'
  const content = unpackEntry(asked.key, whole.bytes)
  return content === undefined ? discardDamaged(store, asked, whole.inode) : judged(store, asked, content)
}

function judged(store: Store, asked: Asked, content: EntryContent): StoredEntry | BackendMiss {
  store.journal.look()
  const miss = missOf(store.journal.marks, content, asked.nowMs)
  if (miss !== undefined) return miss
  store.recency.note(asked.place.path)
  const { facts, encoded, prelude } = content
  return { facts, payload: { holds: 'bytes', encoded }, tier: TIER, identity: prelude.identity, settle }
}

/** Bytes are the caller's to change; text is no view of anything. */
function ownCopy(encoded: Encoded): Encoded {
  return typeof encoded.body === 'string' ? encoded : { ...encoded, body: Uint8Array.from(encoded.body) }
}

/** There is no nearer tier to copy anything to. */
function settle(): void {}
