/** The way of a get: a copy that counts, or one open and one read; no lock. Then the marks, so that an invalidation that came before the answer counts. */
import type { BackendMiss, MaybePromise, StoredEntry } from '@stowage/core'
import { type EntryContent, unpackEntry } from './entry-file.ts'
import { readEntry, type Seen } from './entry-reading.ts'
import { type Asked, missOf, takeOutDamaged } from './entry-steps.ts'
import { inodeOf } from './file-identity.ts'
import { readWhole } from './large-reading.ts'
import type { Store } from './store.ts'

export const TIER = 'fs'
/** Looks at a large file that is being replaced all the while. */
const MAX_LOOKS = 4

export function lookup(store: Store, asked: Asked): MaybePromise<StoredEntry | BackendMiss> {
  const { key, place } = asked
  const { copies } = store
  const copy = copies?.find(place.path)
  if (copy !== undefined) return judged(store, asked, copy)
  const seen = readEntry(key, place.path, copies)
  if (seen === 'absent') return seen
  if (seen === 'large') return lookupLarge(store, asked)
  return seen === 'unsound' ? lookWithin(store, asked, undefined) : judged(store, asked, seen)
}

/** The file is opened anew when its turn has come: many may wait, and descriptors are few. */
async function lookupLarge(store: Store, asked: Asked): Promise<StoredEntry | BackendMiss> {
  for (let looks = 1; ; looks++) {
    const whole = await readWhole(store, asked.place.path)
    if (whole === undefined) return 'absent'
    const content = unpackEntry(asked.key, whole.bytes)
    if (content !== undefined) return judged(store, asked, content)
    if (looks === MAX_LOOKS) return lookWithin(store, asked, whole.inode)
  }
}

/**
 * What looked unsound, looked at once more within the lock: what still is, is damage, and goes.
 * @param inode of a file that is too large to be looked at there
 */
function lookWithin(store: Store, asked: Asked, inode: bigint | undefined): MaybePromise<StoredEntry | BackendMiss> {
  const { key, place, nowMs } = asked
  const looked = store.sections.finish(place.shard, nowMs, (turn): Exclude<Seen, 'unsound'> | 'undecodable' => {
    const seen = readEntry(key, place.path)
    const isDamaged = seen === 'large' ? inodeOf(place.path) === inode : seen === 'unsound'
    if (!isDamaged && seen !== 'unsound') return seen
    takeOutDamaged(store, turn, place)
    turn.removed(key, 'undecodable')
    return 'undecodable'
  })
  const answered = (seen: Awaited<typeof looked>): MaybePromise<StoredEntry | BackendMiss> => {
    if (seen === 'large') return inode === undefined ? lookupLarge(store, asked) : 'absent'
    return typeof seen === 'string' ? seen : judged(store, asked, seen)
  }
  return looked instanceof Promise ? looked.then(answered) : answered(looked)
}

function judged(store: Store, asked: Asked, content: EntryContent): StoredEntry | BackendMiss {
  store.journal.look(content.prelude.epoch)
  const miss = missOf(store.journal.marks, content, asked.nowMs)
  if (miss !== undefined) return miss
  store.recency.note(asked.place.path)
  const { facts, encoded, prelude } = content
  return {
    facts,
    payload: { holds: 'bytes', encoded, isCompared: true },
    tier: TIER,
    identity: prelude.identity,
    settle,
  }
}

/** There is no nearer tier to copy anything to. */
function settle(): void {}
