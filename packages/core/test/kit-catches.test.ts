/** The kit itself: each deliberately broken backend goes red at the clause it breaks. */
import type { EntryTimes, InvalidationTarget, Lease, NewEntry, StoredEntry } from '@stowage/core'
import { conformanceCases, ReferenceBackend, runConformanceCase } from '@stowage/core/testing'
import { expect, test } from 'vitest'

/** Forgets to void leases on deletion. */
class LeasesOutliveDelete extends ReferenceBackend {
  override delete(key: string, nowMs: number, _lease: Lease | undefined): boolean {
    const existed = typeof this.get(key, nowMs) !== 'string'
    super.invalidate({ tags: [] })
    const seen = this.get(key, nowMs)
    if (typeof seen !== 'string') this.discard(key, seen)
    return existed
  }
}

/** Writes whatever the lease says. */
class IgnoresLeases extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, _lease: Lease | undefined) {
    return super.set(key, entry, nowMs, undefined)
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

/** Loses the tags of entries. */
class DropsTags extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    return super.set(key, { ...entry, facts: { ...entry.facts, tags: [] } }, nowMs, lease)
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

/** Folds case in keys. */
class FoldsCase extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    return super.set(key.toLowerCase(), entry, nowMs, lease)
  }
  override get(key: string, nowMs: number) {
    return super.get(key.toLowerCase(), nowMs)
  }
}

/** Removes whatever is under the key, not what was seen. */
class DiscardsAnything extends ReferenceBackend {
  override discard(key: string, seen: StoredEntry): void {
    const current = this.get(key, seen.facts.storedAtMs)
    if (typeof current !== 'string') super.discard(key, current)
  }
}

/** Never evicts. */
class Unbounded extends ReferenceBackend {
  override usage() {
    return { ...super.usage(), maxEntries: 1 }
  }
}

/** Gives every exclusive lease that is asked for. */
class ManyHolders extends ReferenceBackend {
  override lease(key: string, _mode: 'fence' | 'exclusive', lengthMs: number, nowMs: number) {
    return super.lease(key, 'fence', lengthMs, nowMs)
  }
}

/** Counts removals it never reports. */
class SilentEvictions extends ReferenceBackend {
  override onRemoval(): () => void {
    return () => undefined
  }
}

/** Answers the fast path without looking at guards. */
class FastPathIgnoresGuards extends ReferenceBackend {
  override getSync(key: string, nowMs: number): unknown {
    const found = this.get(key, nowMs)
    return typeof found !== 'string' && found.payload.holds === 'value' ? found.payload.value : undefined
  }
}

/** Checks the lease first and writes later. */
class ChecksThenWrites extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    if (lease !== undefined && !this.renew(lease, entry.facts.tags, 30_000, nowMs)) return 'superseded' as const
    const late = Promise.resolve().then(() => super.set(key, entry, nowMs, undefined))
    return late as unknown as ReturnType<ReferenceBackend['set']>
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

/** Folds case in tags. */
class FoldsTagCase extends ReferenceBackend {
  override invalidate(target: InvalidationTarget): void {
    super.invalidate('tags' in target ? { tags: target.tags.flatMap((tag) => [tag, tag.toLowerCase()]) } : target)
  }
}

/** Sweeps without a word. */
class SilentSweep extends ReferenceBackend {
  override sweep(nowMs: number) {
    return { ...super.sweep(nowMs), expired: 0, invalidated: 0 }
  }
}

/** Moves the instants of whatever is there now. */
class TouchesAnything extends ReferenceBackend {
  override touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number): boolean {
    const current = this.get(key, nowMs)
    return typeof current === 'string' ? false : super.touch(key, { ...seen, identity: current.identity }, times, nowMs)
  }
}

/** Stores what is too large in its own eyes. */
class IgnoresOwnLimit extends ReferenceBackend {
  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
    return super.set(key, { ...entry, maxBytes: Number.POSITIVE_INFINITY }, nowMs, lease)
  }
}

/** Ends a check at the first hundred entries. */
class ChecksTheBeginning extends ReferenceBackend {
  override async *check(repair: boolean) {
    let left = 100
    for await (const step of super.check(repair)) if (left-- > 0) yield step
  }
}

/** Takes it for a repair to drop the leases. */
class RepairVoidsLeases extends ReferenceBackend {
  override async *check(repair: boolean) {
    yield* super.check(repair)
    if (repair) for (const lease of this.#given) this.release(lease)
  }
  readonly #given: Lease[] = []
  override lease(key: string, mode: 'fence' | 'exclusive', lengthMs: number, nowMs: number) {
    const lease = super.lease(key, mode, lengthMs, nowMs)
    if (lease !== undefined) this.#given.push(lease)
    return lease
  }
}

/** Lists what has been invalidated. */
class ListsTheDead extends ReferenceBackend {
  override scan(query: { prefix: string; tag: string | undefined }) {
    return super.scan(query, 0)
  }
}

test.each<[typeof ReferenceBackend, string]>([
  [LeasesOutliveDelete, 'B13'],
  [IgnoresLeases, 'B13'],
  [ServesOneTooLong, 'B4'],
  [ObeysStaleAt, 'B4'],
  [StoresTheElapsed, 'B5'],
  [DropsTags, 'B9'],
  [LoosePrefix, 'B10'],
  [FoldsCase, 'B3'],
  [DiscardsAnything, 'B8'],
  [Unbounded, 'B17'],
  [ManyHolders, 'B16'],
  [SilentEvictions, 'B19'],
  [FastPathIgnoresGuards, 'B22'],
  [ListsTheDead, 'B20'],
  [ChecksThenWrites, 'B13'],
  [ReordersTags, 'B1'],
  [FoldsTagCase, 'B1'],
  [SilentSweep, 'B21'],
  [TouchesAnything, 'B27'],
  [IgnoresOwnLimit, 'B18'],
  [ChecksTheBeginning, 'B28'],
  [RepairVoidsLeases, 'B28'],
])('%o is caught at %s', async (Broken, clause) => {
  const failures: string[] = []
  for (const conformanceCase of conformanceCases) {
    if (conformanceCase.clause !== clause) continue
    const harness = {
      capabilities: new Broken().capabilities,
      limits: { maxEntries: true, maxBytes: false },
      create: () => ({ open: () => new Broken({ maxEntries: 5_000 }), destroy: () => undefined }),
    }
    await runConformanceCase(conformanceCase, harness).catch((error: unknown) => failures.push(String(error)))
  }
  expect(failures).not.toEqual([])
})

test('the random histories alone catch a broken fence and a lost tag', async () => {
  const histories = conformanceCases.filter(({ clause }) => clause === 'B26')
  for (const Broken of [IgnoresLeases, DropsTags, LeasesOutliveDelete]) {
    const harness = {
      capabilities: new Broken().capabilities,
      limits: { maxEntries: false, maxBytes: false },
      create: () => ({ open: () => new Broken(), destroy: () => undefined }),
    }
    for (const history of histories) await expect(runConformanceCase(history, harness)).rejects.toThrow()
  }
})
