/**
 * The read trip: one key to one Lookup. Every read of a value passes through here, so that there is one classification
 * and one report, whoever asked.
 */
import type { StoredEntry } from './backend.ts'
import { isIntact } from './checksum.ts'
import type { CacheCore } from './core.ts'
import { CodecError } from './errors.ts'
import { agesOf, freshnessOf, isOrdered } from './freshness.ts'
import { isThenable, mapped } from './maybe-promise.ts'
import type { PendingInvalidation } from './pending-invalidations.ts'
import type { AskedMoment, BatchAnswer, ReadBatch } from './read-batch.ts'
import { fitted, type Schema } from './schema.ts'
import { prolonged } from './ttl.ts'
import type { BackendMiss, MaybePromise, MissReason } from './vocabulary.ts'

/** What a lookup found. */
export type Lookup<T> =
  | {
      readonly outcome: 'hit' | 'stale'
      readonly value: T
      /** Name of the backend that held it; in a hybrid, of the tier. */
      readonly tier: string
      readonly ageMs: number
      /** Milliseconds until it is stale; 0 when it is. */
      readonly ttlLeftMs: number
      readonly tags: readonly string[]
    }
  | { readonly outcome: 'miss'; readonly reason: MissReason }

/** A miss as a load sees it. */
export interface Miss {
  readonly outcome: 'miss'
  readonly reason: MissReason
  /** What could stand in for a load that fails. */
  readonly fallback?: Found
}

/** What a caller asks of a stored value besides freshness. */
export interface Conditions {
  /** Undefined: any. */
  readonly fingerprint: string | undefined
  readonly schema: Schema | undefined
}

export const UNCONDITIONAL: Conditions = { fingerprint: undefined, schema: undefined }

/** A sound entry and its value. `fallback`: it is past the windows in which it may be served as it is. */
export interface Found {
  readonly outcome: 'hit' | 'stale' | 'fallback'
  readonly entry: StoredEntry
  /** As it was stored. */
  readonly value: unknown
  /** As the caller's schema makes it; without one, the value. */
  readonly served: unknown
  readonly ageMs: number
  readonly ttlLeftMs: number
}

/** A value that may be served. */
export type Servable = Found & { readonly outcome: 'hit' | 'stale' }

/** Reads, counts and reports one key; at once where the backend answers at once. */
export function read(core: CacheCore, key: string, conditions: Conditions): MaybePromise<Servable | Miss> {
  return lookUp({ core, key, conditions, isReported: true, give: asFound })
}

/** The same, and of what was found only the value: of a thousand reads at once, all else would be kept until the last one is answered. */
export function readValue(core: CacheCore, key: string): MaybePromise<unknown> {
  return lookUp({ core, key, conditions: UNCONDITIONAL, isReported: true, give: valueFound })
}

/** The same for many keys, which are one question to the backend. */
export function readValues(core: CacheCore, reads: ReadBatch, keys: readonly string[]): Promise<unknown[]> {
  return reads.askAll(keys, (key, entry, moment) =>
    given({ core, key, conditions: UNCONDITIONAL, isReported: true, give: valueFound }, entry, moment),
  )
}

function asFound(lookup: Servable | Miss): Servable | Miss {
  return lookup
}

/** Undefined also of a key that a loader said has none. */
function valueFound(lookup: Servable | Miss): unknown {
  return lookup.outcome === 'miss' ? undefined : lookup.value
}

/** Counts and emits what became of a lookup. */
export function reportLookup(core: CacheCore, key: string, lookup: Servable | Miss): void {
  if (lookup.outcome === 'miss') core.stats.misses[lookup.reason]++
  else core.stats.served(lookup.entry.tier, lookup.outcome)
  if (!core.events.has('lookup')) return
  core.events.emit(
    'lookup',
    lookup.outcome === 'miss'
      ? { key, outcome: 'miss', reason: lookup.reason }
      : { key, outcome: lookup.outcome, tier: lookup.entry.tier },
  )
}

/** The same without counting: for a second look within one trip. */
export function readQuietly(core: CacheCore, key: string, conditions: Conditions): MaybePromise<Servable | Miss> {
  return lookUp({ core, key, conditions, isReported: false, give: asFound })
}

interface Asked<T> {
  readonly core: CacheCore
  readonly key: string
  readonly conditions: Conditions
  readonly isReported: boolean
  /** What the caller gets of what was found. */
  readonly give: (lookup: Servable | Miss) => T
}

function lookUp<T>(asked: Asked<T>): MaybePromise<T> {
  const { core, key } = asked
  if (!core.plan.enabled) return told(asked, { outcome: 'miss', reason: 'absent' })
  return core.reads === undefined
    ? askedAlone(asked)
    : core.reads.ask(key, (entry, moment) => given(asked, entry, moment))
}

/** Of one of many that were asked for together. */
function given<T>(asked: Asked<T>, entry: BatchAnswer, moment: AskedMoment): MaybePromise<T> {
  return entry === undefined ? askedAlone(asked) : answered(asked, entry, moment)
}

function askedAlone<T>(asked: Asked<T>): MaybePromise<T> {
  const { core } = asked
  const { backend, clock } = core.plan
  const moment = { nowMs: clock.nowMs(), pending: core.pending.all }
  const answer = core.faults.attempt('get', () => backend.get(asked.key, moment.nowMs), 'fault' as const)
  return mapped(answer, (entry) => answered(asked, entry, moment))
}

function answered<T>(
  asked: Asked<T>,
  entry: StoredEntry | BackendMiss | 'fault',
  moment: AskedMoment,
): MaybePromise<T> {
  const answer = judged(asked, entry, moment)
  return isThenable(answer) ? answer.then((lookup) => told(asked, lookup)) : told(asked, answer)
}

function told<T>({ core, key, isReported, give }: Asked<T>, lookup: Servable | Miss): T {
  if (isReported) reportLookup(core, key, lookup)
  return give(lookup)
}

/** What becomes of the backend's answer. */
function judged(
  { core, key, conditions }: Asked<unknown>,
  entry: StoredEntry | BackendMiss | 'fault',
  { nowMs, pending }: AskedMoment,
): MaybePromise<Servable | Miss> {
  if (typeof entry === 'string') return { outcome: 'miss', reason: entry }
  const found = inspect(core, key, conditions, entry, nowMs)
  entry.settle(typeof found === 'string' ? { usable: false } : { usable: true, value: found.value })
  if (typeof found === 'string') {
    const miss: Miss = { outcome: 'miss', reason: found }
    return found === 'undecodable' ? takeOut(core, key, entry).then(() => miss) : miss
  }
  if (isCondemned(core, key, entry, pending)) return { outcome: 'miss', reason: 'invalidated' }
  // Before anything is waited for: what is found now may have another life by then.
  const slid = found.outcome === 'hit' ? slide(core, key, entry, nowMs) : undefined
  return slid === undefined ? fittedLookup(conditions, found) : slid.then(() => fittedLookup(conditions, found))
}

/** What has just been read for one caller, decoded for another. A value that is kept as such is asked for again. */
export function readAgain(
  core: CacheCore,
  key: string,
  conditions: Conditions,
  entry: StoredEntry,
): MaybePromise<Servable | Miss> {
  if (entry.payload.holds === 'value') return readQuietly(core, key, conditions)
  const found = inspect(core, key, conditions, entry, core.plan.clock.nowMs())
  return typeof found === 'string' ? { outcome: 'miss', reason: found } : fittedLookup(conditions, found)
}

function fittedLookup({ schema }: Conditions, found: Found): MaybePromise<Servable | Miss> {
  if (schema === undefined) return lookupOf(found)
  return mapped(fitted(schema, found.value), (fit) =>
    fit === undefined ? { outcome: 'miss', reason: 'changed' } : lookupOf({ ...found, served: fit.value }),
  )
}

function lookupOf(found: Found): Servable | Miss {
  return isServable(found) ? found : { outcome: 'miss', reason: 'expired', fallback: found }
}

function isServable(found: Found): found is Servable {
  return found.outcome !== 'fallback'
}

/**
 * Whether an invalidation covers the entry that has not yet come through, or had not when the entry was asked for.
 * @param asked those that were pending then
 */
export function isCondemned(
  { pending }: CacheCore,
  key: string,
  { facts }: StoredEntry,
  asked: readonly PendingInvalidation[],
): boolean {
  if (pending.count === 0 && asked.length === 0) return false
  const { tags } = facts
  return pending.covers(key, tags) || asked.some(({ covers }) => covers(key, tags))
}

/** What an entry is good for at `nowMs`, whatever the schema; no counting, no I/O. */
export function inspect(
  core: CacheCore,
  key: string,
  { fingerprint }: Conditions,
  entry: StoredEntry,
  nowMs: number,
): Found | 'undecodable' | 'changed' | 'expired' {
  const { facts } = entry
  if (!isOrdered(facts)) return 'undecodable'
  if (facts.version !== core.plan.version) return 'changed'
  if (fingerprint !== undefined && facts.fingerprint !== fingerprint) return 'changed'
  const freshness = freshnessOf(facts, nowMs)
  if (freshness === 'gone') return 'expired'
  const opened = open(core, key, entry)
  if (opened === undefined) return 'undecodable'
  const { value } = opened
  const { ageMs, ttlLeftMs } = agesOf(facts, nowMs)
  return { outcome: OUTCOMES[freshness], entry, value, served: value, ageMs, ttlLeftMs }
}

const OUTCOMES = { fresh: 'hit', stale: 'stale', 'error-only': 'fallback' } as const

/** The value of an entry, or undefined when its bytes are not what was written. */
function open(core: CacheCore, key: string, { facts, payload }: StoredEntry): { readonly value: unknown } | undefined {
  if (payload.holds === 'value') return { value: payload.value }
  if (payload.isCompared !== true && !isIntact(key, facts, payload.encoded)) return undefined
  const { codec } = core.plan
  try {
    return { value: codec.decode(payload.encoded) }
  } catch (cause) {
    // What was written is there, and this codec cannot read it: more than damage, somebody should know why.
    core.faults.note('decode', new CodecError({ direction: 'decode', codec: codec.name, cause }))
    return undefined
  }
}

/** Takes the bad entry out, unless a newer one has come; failing to is no reason to fail the read. */
async function takeOut(core: CacheCore, key: string, entry: StoredEntry): Promise<void> {
  const done = await core.faults.attempt('discard', () => core.plan.backend.discard(key, entry), 'fault' as const)
  if (done === 'fault') return
  core.stats.removed.undecodable++
  core.events.emit('removal', { key, cause: 'undecodable' })
}

/** A sliding entry is given its ttl anew once this share of it is left, so a hot key is written ten times a ttl at most. */
const UNTOUCHED_SHARE = 0.9

/**
 * Gives a sliding entry its ttl anew. @returns undefined when there is nothing to wait for
 * @param askedAtMs when it was asked for: what has been expired since was fresh then, and stays expired
 */
function slide(core: CacheCore, key: string, seen: StoredEntry, askedAtMs: number): Promise<unknown> | undefined {
  const { facts } = seen
  const { slidingMs } = facts
  if (slidingMs === undefined || facts.staleAtMs - askedAtMs > slidingMs * UNTOUCHED_SHARE) return undefined
  const nowMs = core.plan.clock.nowMs()
  if (facts.staleAtMs <= nowMs) return undefined
  const touched = core.faults.attempt(
    'touch',
    () => core.plan.backend.touch(key, seen, prolonged(facts, slidingMs, nowMs), nowMs, 'keep'),
    false,
  )
  return isThenable(touched) ? touched : undefined
}
