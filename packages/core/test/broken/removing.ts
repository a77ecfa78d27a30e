/** Backends that remove too much, too little or the wrong thing: B7 to B11, B27. */
import type { EntryTimes, InvalidationTarget, Lease, NewEntry, StoredEntry } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { broken } from './row.ts'

class DeletesUnderAnyLease extends ReferenceBackend {
  override delete(key: string, nowMs: number, _lease: Lease | undefined): boolean {
    return super.delete(key, nowMs, undefined)
  }
}

/** Removes whatever is under the key, not what was seen. */
class DiscardsAnything extends ReferenceBackend {
  override discard(key: string, seen: StoredEntry): void {
    const current = this.get(key, seen.facts.storedAtMs)
    if (typeof current !== 'string') super.discard(key, current)
  }
}

/** Moves the instants of whatever is there now. */
class TouchesAnything extends ReferenceBackend {
  override touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number, leases: 'keep' | 'void'): boolean {
    const current = this.get(key, nowMs)
    return typeof current === 'string'
      ? false
      : super.touch(key, { ...seen, identity: current.identity }, times, nowMs, leases)
  }
}

/** Looks at the write that was seen, and not at what has become of its life. */
class TouchesWhateverItsLife extends ReferenceBackend {
  override touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number, leases: 'keep' | 'void'): boolean {
    const current = this.get(key, nowMs)
    if (typeof current === 'string' || current.payload.holds !== seen.payload.holds) return false
    const isSameWrite =
      current.payload.holds === 'value' && seen.payload.holds === 'value'
        ? current.payload.value === seen.payload.value
        : current.facts.tags === seen.facts.tags
    return isSameWrite && super.touch(key, current, times, nowMs, leases)
  }
}

/** Leaves leases as they are, whatever it is told. */
class TouchesUnderLeases extends ReferenceBackend {
  override touch(...[key, seen, times, nowMs]: Parameters<ReferenceBackend['touch']>): boolean {
    return super.touch(key, seen, times, nowMs, 'keep')
  }
}

export class DropsTags extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    return super.set(key, { ...entry, facts: { ...entry.facts, tags: [] } }, nowMs, lease)
  }
}

class FoldsTagCase extends ReferenceBackend {
  override invalidate(target: InvalidationTarget): void {
    super.invalidate('tags' in target ? { tags: target.tags.flatMap((tag) => [tag, tag.toLowerCase()]) } : target)
  }
}

/** Treats a prefix as a pattern of SQL's LIKE: case and `_` do not count. */
class LoosePrefix extends ReferenceBackend {
  override invalidate(target: InvalidationTarget): void {
    super.invalidate(target)
    if ('prefix' in target)
      super.invalidate({ prefix: target.prefix.toUpperCase().slice(0, 1) + target.prefix.slice(1) })
  }
}

/** Takes all for all text keys outside of namespaces. */
class ClearsTheRootOnly extends ReferenceBackend {
  override invalidate(target: InvalidationTarget): void {
    super.invalidate('all' in target ? { pattern: '*', root: '' } : target)
  }
}

export const brokenRemoving = [
  broken('B7', DeletesUnderAnyLease),
  broken('B8', DiscardsAnything),
  broken('B9', DropsTags),
  broken('B1', FoldsTagCase),
  broken('B10', LoosePrefix),
  broken('B11', ClearsTheRootOnly),
  broken('B27', TouchesAnything),
  broken('B27', TouchesWhateverItsLife),
  broken('B27', TouchesUnderLeases),
]
