/** The write trip: a value and its plan become an entry, and the backend stores or refuses it. */
import type { Encoded, EntryFacts, Lease, NewEntry } from './backend.ts'
import type { CachePlan } from './cache-plan.ts'
import { checksumOf } from './checksum.ts'
import { NEVER_MS } from './clock.ts'
import type { Codec } from './codec/codec.ts'
import type { CacheCore } from './core.ts'
import { CodecError } from './errors.ts'
import { mapped } from './maybe-promise.ts'
import type { EntryPlan } from './plan.ts'
import { entryTimes } from './ttl.ts'
import type { MaybePromise, RefusalReason } from './vocabulary.ts'

/** Whether a write was stored; docs/guarantees.md says what a refused one leaves. */
export type SetResult =
  | { readonly outcome: 'stored' }
  | {
      readonly outcome: 'refused'
      readonly reason: RefusalReason
    }

/** What a write says of its entry. */
export type EntryContent = Pick<NewEntry, 'value' | 'facts' | 'placement'>

const STORED: SetResult = { outcome: 'stored' }

/** Writes one key, under `lease` when there is one. @throws CodecError when the value cannot become bytes. */
export function write(
  core: CacheCore,
  key: string,
  content: EntryContent,
  lease: Lease | undefined,
): MaybePromise<SetResult> {
  return mapped(writeUntold(core, key, content, lease), (outcome) => written(core, key, outcome))
}

/** The same for who counts and emits what becomes of it himself, by {@link written}. */
export function writeUntold(
  core: CacheCore,
  key: string,
  content: EntryContent,
  lease: Lease | undefined,
): MaybePromise<'stored' | RefusalReason> {
  const { faults, pending, plan } = core
  const entry = newEntry(key, content, plan)
  if (!plan.enabled) return 'off'
  const store = () => {
    const { writes } = core
    const isTogether = writes !== undefined && lease === undefined && !faults.isOpen
    const length = isTogether || faults.willWait ? encodeAhead(core, entry) : 0
    if (isTogether) return writes.ask(key, entry, length)
    return faults.attempt('set', () => plan.backend.set(key, entry, plan.clock.nowMs(), lease), 'fault' as const)
  }
  if (pending.isIdle) return store()
  const { tags } = entry.facts
  if (pending.covers(key, tags)) encodeAhead(core, entry)
  return pending.write({ key, tags, lease }, store)
}

/** The value as it is now: whoever asked may change it while the write waits for its turn. @returns the length of its body, 0 where there is none */
function encodeAhead({ plan, faults }: CacheCore, entry: NewEntry): number {
  if (plan.backend.capabilities.holds === 'values') return 0
  try {
    return entry.encode(true).body.length
  } catch (thrown) {
    throw faults.note('set', thrown)
  }
}

/** Counts and emits what became of a write, and says it to its caller. */
export function written(core: CacheCore, key: string, outcome: 'stored' | RefusalReason): SetResult {
  reportWrite(core, key, outcome)
  return outcome === 'stored' ? STORED : { outcome: 'refused', reason: outcome }
}

/** Counts and emits what became of a write. */
export function reportWrite(core: CacheCore, key: string, outcome: 'stored' | RefusalReason): void {
  if (outcome === 'stored') core.stats.writes++
  else core.stats.refused[outcome]++
  if (!core.events.has('write')) return
  core.events.emit('write', outcome === 'stored' ? { key, outcome } : { key, outcome: 'refused', reason: outcome })
}

/**
 * What is kept beside a value written now by this plan. Field by field: V8 copies an object that is spread by a call of its own,
 * and moves the copy to another shape with each field that is added.
 */
export function factsOf(core: CacheCore, plan: EntryPlan, nowMs: number): EntryFacts {
  const { staleWhileRevalidateMs, staleIfErrorMs, tags, fingerprint, sliding } = plan
  const windows = { freshMs: jittered(plan), staleWhileRevalidateMs, staleIfErrorMs }
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs } = entryTimes(nowMs, windows)
  const slidingMs = sliding ? staleAtMs - nowMs : undefined
  return { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, tags, version: core.plan.version, fingerprint, slidingMs }
}

/** An entry that encodes its value when a backend first asks for bytes, and only once. */
export function newEntry(
  key: string,
  { value, facts, placement = 'all' }: EntryContent,
  { codec, maxEntryBytes }: Pick<CachePlan, 'codec' | 'maxEntryBytes'>,
): NewEntry {
  let encoded: Encoded | undefined
  let isLasting = false
  return {
    facts,
    value,
    maxBytes: maxEntryBytes,
    placement,
    encode(isForLater = false) {
      encoded ??= encode(key, value, facts, codec)
      if (isForLater && !isLasting) {
        encoded = lasting(encoded)
        isLasting = true
      }
      return encoded
    },
  }
}

/** Bytes may be the caller's own, or what a codec fills anew for the next value. */
function lasting(encoded: Encoded): Encoded {
  const { body } = encoded
  return typeof body === 'string' ? encoded : { ...encoded, body: new Uint8Array(body) }
}

function encode(key: string, value: unknown, facts: EntryFacts, codec: Codec): Encoded {
  try {
    const encoded = codec.encode(value)
    // Text becomes UTF-8 on its way to disk or wire, where a lone surrogate would come back as another character.
    if (typeof encoded.body === 'string' && !encoded.body.isWellFormed())
      throw new TypeError('text with a lone surrogate')
    return { ...encoded, checksum: checksumOf(key, facts, encoded) }
  } catch (cause) {
    throw new CodecError({ direction: 'encode', codec: codec.name, cause })
  }
}

function jittered(plan: EntryPlan): number {
  if (plan.jitter === 0 || plan.freshMs === NEVER_MS) return plan.freshMs
  return Math.max(1, Math.round(plan.freshMs * (1 - plan.jitter * Math.random())))
}
