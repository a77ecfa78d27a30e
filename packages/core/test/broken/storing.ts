/** Backends that lose, mix up or keep too much of what is stored: B1 to B6. */
import type { EntryFacts, Lease, NewEntry, StoredEntry } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { broken } from './row.ts'

/** Stores other facts than it was given. */
class Forgetful extends ReferenceBackend {
  kept(_key: string, facts: EntryFacts): EntryFacts {
    return facts
  }
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    return super.set(key, { ...entry, facts: this.kept(key, entry.facts) }, nowMs, lease)
  }
}

class LosesSlidingLife extends Forgetful {
  override kept(_key: string, facts: EntryFacts) {
    return { ...facts, slidingMs: undefined }
  }
}

class LosesErrorOnlyWindow extends Forgetful {
  override kept(_key: string, facts: EntryFacts) {
    return { ...facts, errorOnlyAtMs: facts.expireAtMs }
  }
}

/** An upsert that leaves a column out. */
class KeepsTheFirstInstant extends Forgetful {
  override kept(key: string, facts: EntryFacts) {
    const old = this.get(key, facts.storedAtMs)
    return typeof old === 'string' ? facts : { ...facts, storedAtMs: old.facts.storedAtMs }
  }
}

/** Rows of a table of tags that a newer write does not take out. */
class KeepsOldTags extends Forgetful {
  override kept(key: string, facts: EntryFacts) {
    const old = this.get(key, facts.storedAtMs)
    return typeof old === 'string' ? facts : { ...facts, tags: [...new Set([...facts.tags, ...old.facts.tags])] }
  }
}

class NamesAnotherTier extends ReferenceBackend {
  override get(key: string, nowMs: number) {
    const found = super.get(key, nowMs)
    return typeof found === 'string' ? found : { ...found, tier: 'elsewhere' }
  }
}

/** Gives tags back in another order. */
class ReordersTags extends ReferenceBackend {
  override get(key: string, nowMs: number) {
    const found = super.get(key, nowMs)
    return typeof found === 'string'
      ? found
      : { ...found, facts: { ...found.facts, tags: found.facts.tags.toReversed() } }
  }
}

class FoldsCase extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    return super.set(key.toLowerCase(), entry, nowMs, lease)
  }
  override get(key: string, nowMs: number) {
    return super.get(key.toLowerCase(), nowMs)
  }
}

/** Serves at expireAtMs too. */
class ServesOneTooLong extends ReferenceBackend {
  override get(key: string, nowMs: number) {
    return super.get(key, nowMs - 1)
  }
}

/** Takes stale for expired. */
class ObeysStaleAt extends ReferenceBackend {
  override get(key: string, nowMs: number) {
    const found = super.get(key, nowMs)
    return typeof found !== 'string' && found.facts.staleAtMs <= nowMs ? 'expired' : found
  }
}

/** Stores what has already expired: Redis' `PX 0` made into "for ever". */
class StoresTheElapsed extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    if (entry.facts.expireAtMs > nowMs) return super.set(key, entry, nowMs, lease)
    const immortal = { ...entry, facts: { ...entry.facts, expireAtMs: 8.64e15 } }
    return super.set(key, immortal, nowMs, lease)
  }
}

/** Gives out the very bytes it keeps. */
class LendsItsBytes extends ReferenceBackend {
  readonly #lent = new WeakMap<object, StoredEntry>()
  override get(key: string, nowMs: number) {
    const found = super.get(key, nowMs)
    if (typeof found === 'string' || !(found.identity instanceof Object)) return found
    const lent = this.#lent.get(found.identity) ?? found
    this.#lent.set(found.identity, lent)
    return lent
  }
}

export const brokenStoring = [
  broken('B1', LosesSlidingLife),
  broken('B1', LosesErrorOnlyWindow),
  broken('B1', NamesAnotherTier),
  broken('B1', ReordersTags),
  broken('B2', KeepsTheFirstInstant),
  broken('B2', KeepsOldTags),
  broken('B3', FoldsCase),
  broken('B4', ServesOneTooLong),
  broken('B4', ObeysStaleAt),
  broken('B5', StoresTheElapsed),
  broken('B6', LendsItsBytes, { holds: 'bytes' }),
]
