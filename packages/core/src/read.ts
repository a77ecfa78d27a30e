/**
 * The read trip: one key to one Lookup. Every read of a value passes through here, so that there is one classification
 * and one report, whoever asked.
 */
import type { StoredEntry } from './backend.ts'
import { isIntact } from './checksum.ts'
import type { Codec } from './codec/codec.ts'
import type { CacheCore } from './core.ts'
import { freshnessOf } from './freshness.ts'
import type { MissReason } from './vocabulary.ts'

/** A value that was found, and how old it is. */
export interface FoundValue<T> {
  readonly value: T
  /** Name of the backend that held it; in a hybrid, of the tier. */
  readonly tier: string
  readonly ageMs: number
  /** Milliseconds until it is stale; 0 when it is. */
  readonly ttlLeftMs: number
  readonly tags: readonly string[]
}

interface Miss {
  readonly outcome: 'miss'
  readonly reason: MissReason
}

/** What a lookup found. */
export type Lookup<T> = ({ readonly outcome: 'hit' | 'stale' } & FoundValue<T>) | Miss

/** What a load's lookup found: a miss may leave a value that could stand in for a load that fails. */
export type LoadLookup = Lookup<unknown> & { readonly fallback?: FoundValue<unknown> }

/** Reads, counts and reports one key. `fingerprint` undefined: the caller does not compare. */
export async function read(core: CacheCore, key: string, fingerprint: string | undefined): Promise<LoadLookup> {
  const lookup = await readQuietly(core, key, fingerprint)
  if (lookup.outcome === 'miss') core.stats.misses[lookup.reason]++
  else if (lookup.outcome === 'hit') core.stats.hits++
  else core.stats.stale++
  if (core.events.has('lookup')) {
    core.events.emit(
      'lookup',
      lookup.outcome === 'miss'
        ? { key, outcome: 'miss', reason: lookup.reason }
        : { key, outcome: lookup.outcome, tier: lookup.tier },
    )
  }
  return lookup
}

/** The same without counting: for a second look within one trip. */
export async function readQuietly(core: CacheCore, key: string, fingerprint: string | undefined): Promise<LoadLookup> {
  const { backend, clock, enabled, version } = core.plan
  if (!enabled) return { outcome: 'miss', reason: 'absent' }
  const nowMs = clock.nowMs()
  const found = await core.faults.attempt('get', () => backend.get(key, nowMs), 'fault' as const)
  if (typeof found === 'string') return { outcome: 'miss', reason: found }
  const { facts } = found
  if (!isOrdered(found)) return undecodable(core, key, found)
  if (facts.version !== version || (fingerprint !== undefined && facts.fingerprint !== fingerprint)) {
    return { outcome: 'miss', reason: 'changed' }
  }
  const freshness = freshnessOf(facts, nowMs)
  if (freshness === 'gone') return { outcome: 'miss', reason: 'expired' }
  const opened = open(core.plan.codec, key, found)
  if (opened === undefined) return undecodable(core, key, found)
  found.admit(opened.value)
  const value = {
    value: opened.value,
    tier: found.tier,
    // A clock that went back must not give an age below nothing.
    ageMs: Math.max(0, nowMs - facts.storedAtMs),
    ttlLeftMs: Math.max(0, facts.staleAtMs - nowMs),
    tags: facts.tags,
  }
  if (freshness === 'error-only') return { outcome: 'miss', reason: 'expired', fallback: value }
  return { outcome: freshness === 'fresh' ? 'hit' : 'stale', ...value }
}

/** Instants are outside the checksum; damage to them shows in their order, or not as numbers at all. */
function isOrdered({ facts }: StoredEntry): boolean {
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs } = facts
  return storedAtMs <= staleAtMs && staleAtMs <= errorOnlyAtMs && storedAtMs <= expireAtMs
}

/** The value of an entry, or undefined when its bytes are not what was written. */
function open(codec: Codec, key: string, { facts, payload }: StoredEntry): { readonly value: unknown } | undefined {
  if (payload.holds === 'value') return { value: payload.value }
  if (!isIntact(key, facts, payload.encoded)) return undefined
  try {
    return { value: codec.decode(payload.encoded) }
  } catch {
    return undefined // Counted and reported as the miss `undecodable`.
  }
}

/** Takes the bad entry out, unless a newer one has come; failing to is no reason to fail the read. */
async function undecodable(core: CacheCore, key: string, entry: StoredEntry): Promise<Lookup<never>> {
  await core.faults.attempt('discard', () => core.plan.backend.discard(key, entry), undefined)
  core.stats.removed.undecodable++
  core.events.emit('removal', { key, cause: 'undecodable' })
  return { outcome: 'miss', reason: 'undecodable' }
}
