/** Listings: the backend's scan, told in the user's keys and tags. */
import type { CheckReport, EntryFacts, ListOrder, ScanQuery } from './backend.ts'
import type { CacheCore } from './core.ts'
import type { Key, KeySpace } from './key.ts'
import { oneOf, positiveCount, requireKnownOptions } from './limits.ts'
import { isOfSomebody } from './retention.ts'

export interface ListQuery {
  readonly prefix?: Key
  readonly tag?: string
  /** Most entries to list. Default: no limit. */
  readonly limit?: number
  /**
   * `recent`: what was used last comes first, about, on sqlite and on a hybrid before it; memory, fs and redis list in any
   * order. Default `any`.
   */
  readonly order?: ListOrder
}

/** One live entry, without its value. */
export interface ListedEntry {
  readonly key: Key
  readonly tags: readonly string[]
  readonly sizeBytes: number
  readonly storedAtMs: number
  readonly staleAtMs: number
  readonly expireAtMs: number
}

/** @throws ConfigError, UsageError at the first step; BackendError when the backend fails on the way. */
export async function* listEntries(core: CacheCore, keys: KeySpace, query: ListQuery): AsyncGenerator<ListedEntry> {
  requireKnownOptions('entries', query, ['prefix', 'tag', 'limit', 'order'])
  const prefix = query.prefix === undefined ? keys.root : keys.storagePrefix(query.prefix)
  const tag = query.tag === undefined ? undefined : keys.storageTag(query.tag)
  let left = query.limit === undefined ? Number.POSITIVE_INFINITY : positiveCount('limit', query.limit)
  const order = oneOf('order', query.order ?? 'any', ['any', 'recent'])
  const { backend, clock, enabled } = core.plan
  if (!enabled) return
  for await (const entry of guarded(core, 'scan', () => backend.scan({ prefix, tag, order }, clock.nowMs()))) {
    const key = keys.userKey(entry.key)
    if (key === undefined) continue
    const { tags, storedAtMs, staleAtMs, expireAtMs } = entry.facts
    yield { key, tags: keys.userTags(tags), sizeBytes: entry.sizeBytes, storedAtMs, staleAtMs, expireAtMs }
    if (--left === 0) return
  }
}

/** The storage texts that scans find now, each once: for a step on each. */
export async function coveredKeys(core: CacheCore, scans: readonly ScanQuery[]): Promise<ReadonlySet<string>> {
  const { backend, clock, enabled } = core.plan
  const found = new Set<string>()
  if (!enabled) return found
  // Loads first: what one of them stores from here on is found.
  for (const query of scans) for (const key of core.flights.outdate(query)) found.add(key)
  for (const query of scans)
    for await (const { key } of guarded(core, 'scan', () => backend.scan(query, clock.nowMs()))) found.add(key)
  return found
}

/** What the backend reclaims, and entries of versions that no cache of this process has any more. */
export async function sweep(core: CacheCore): Promise<{ readonly expired: number; readonly invalidated: number }> {
  const { expired, invalidated } = await core.sweep()
  return { expired, invalidated: invalidated + (await sweepVersions(core)) }
}

/** Entries without a version are left: they may be another program's. @returns how many have gone */
async function sweepVersions(core: CacheCore): Promise<number> {
  const { backend, clock, version } = core.plan
  if (version === undefined) return 0
  const isLeftOver = (facts: EntryFacts) => facts.version !== undefined && !isOfSomebody(backend, facts.version)
  const found = guarded(core, 'scan', () => backend.scan({ prefix: '', tag: undefined }, clock.nowMs()))
  let count = 0
  for await (const { key, facts } of found) {
    if (!isLeftOver(facts)) continue
    const entry = await core.faults.demand('sweep', () => backend.truth.get(key, clock.nowMs()))
    if (typeof entry === 'string') continue
    entry.settle({ usable: false })
    if (!isLeftOver(entry.facts)) continue
    await core.faults.demand('sweep', () => backend.discard(key, entry))
    core.stats.removed.invalidated++
    core.events.emit('removal', { key, cause: 'invalidated' })
    count++
  }
  return count
}

/** Looks at everything the backend holds, as far as it has come. @throws BackendError when the backend fails on the way */
export async function check(core: CacheCore, repair: boolean): Promise<CheckReport> {
  const { backend, clock } = core.plan
  let sum: CheckReport = { entries: 0, bytes: 0, torn: 0, wrong: 0, orphans: 0, repaired: 0 }
  for await (const step of guarded(core, 'check', () => backend.check(repair, clock.nowMs()))) {
    sum = {
      entries: sum.entries + step.entries,
      bytes: sum.bytes + step.bytes,
      torn: sum.torn + step.torn,
      wrong: sum.wrong + step.wrong,
      orphans: sum.orphans + step.orphans,
      repaired: sum.repaired + step.repaired,
    }
  }
  return sum
}

/** A walk has many steps; each is a backend operation like any other. */
async function* guarded<Step>(
  core: CacheCore,
  operation: string,
  walk: () => AsyncIterable<Step>,
): AsyncGenerator<Step> {
  let steps: AsyncIterator<Step> | undefined
  // Beginning a walk asks the backend nothing yet, and may throw all the same: it is part of the first step.
  const next = () => {
    steps ??= walk()[Symbol.asyncIterator]()
    return steps.next()
  }
  let isUnderWay = false
  try {
    for (;;) {
      isUnderWay = true
      const step = await core.faults.demand(operation, next)
      isUnderWay = false
      if (step.done === true) return
      yield step.value
    }
  } finally {
    // A step that hangs is not waited for: its walk ends, and lets go of what it holds, when the step comes after all.
    const ending = Promise.resolve(steps?.return?.(undefined))
    if (isUnderWay) ending.catch(leftBehind)
    else await ending
  }
}

/** The walk's failure has been thrown already; that of its end adds nothing. */
function leftBehind(): void {}
